//! Values that a statement is given.

/// One parameter. Both engines store exactly these five kinds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// What can be a parameter.
pub(crate) trait ToValue {
    /// This as a parameter.
    fn to_value(&self) -> Value<'_>;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl ToValue for i64 {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(*self)
    }
}

impl ToValue for u32 {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl ToValue for f64 {
    fn to_value(&self) -> Value<'_> {
        Value::Real(*self)
    }
}

impl ToValue for f32 {
    fn to_value(&self) -> Value<'_> {
        Value::Real(f64::from(*self))
    }
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Value<'_> {
        *self
    }
}

/// The parameters of a statement: a tuple or an array, in the order of `?1`, `?2`, …
pub(crate) trait Params {
    /// Gives the values to `take`.
    fn with_values<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> R;
}

impl Params for () {
    fn with_values<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> R {
        take(&[])
    }
}

impl<T: ToValue, const N: usize> Params for [T; N] {
    fn with_values<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> R {
        take(&self.each_ref().map(ToValue::to_value))
    }
}

impl Params for &[Value<'_>] {
    fn with_values<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> R {
        take(self)
    }
}

macro_rules! params_of_tuples {
    ($(($($name:ident)+))+) => {$(
        impl<$($name: ToValue),+> Params for ($($name,)+) {
            fn with_values<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> R {
                #[expect(non_snake_case, reason = "a type and its value share a name in this list")]
                let ($($name,)+) = self;
                take(&[$($name.to_value()),+])
            }
        }
    )+};
}

params_of_tuples! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) (A B C D E F G H I)
    (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L) (A B C D E F G H I J K L M)
}
