//! The one place that calls the matrix product, with bounds checked before the unsafe call.

/// A row-major or strided matrix over borrowed memory.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub data: &'a [f32],
    pub rows: usize,
    pub cols: usize,
    pub row_stride: usize,
    pub col_stride: usize,
}

impl<'a> Matrix<'a> {
    /// A dense row-major matrix.
    pub(super) fn dense(data: &'a [f32], rows: usize, cols: usize) -> Self {
        Self {
            data,
            rows,
            cols,
            row_stride: cols,
            col_stride: 1,
        }
    }

    /// The same memory read as its transpose.
    pub(super) fn transposed(self) -> Self {
        Self {
            data: self.data,
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
        }
    }

    fn fits(&self) -> bool {
        let last =
            (self.rows.max(1) - 1) * self.row_stride + (self.cols.max(1) - 1) * self.col_stride;
        self.rows == 0 || self.cols == 0 || last < self.data.len()
    }
}

/// `out = lhs · rhs`, or `out += lhs · rhs` when `accumulate`; `out` is dense row-major. Single-threaded: callers
/// run one image or one block of rows per task.
pub(super) fn matmul(out: &mut [f32], lhs: Matrix<'_>, rhs: Matrix<'_>, accumulate: bool) {
    assert_eq!(
        lhs.cols, rhs.rows,
        "inner dimensions of a matrix product must agree"
    );
    assert!(
        lhs.fits() && rhs.fits() && out.len() >= lhs.rows * rhs.cols,
        "matrix product out of bounds"
    );
    let stride = |value: usize| value as isize;
    // SAFETY: the assertion above proves that every index the product reads or writes lies inside its slice, and
    // `out` is borrowed mutably so it cannot overlap the operands.
    unsafe {
        gemm::gemm(
            lhs.rows,
            rhs.cols,
            lhs.cols,
            out.as_mut_ptr(),
            1,
            stride(rhs.cols),
            accumulate,
            lhs.data.as_ptr(),
            stride(lhs.col_stride),
            stride(lhs.row_stride),
            rhs.data.as_ptr(),
            stride(rhs.col_stride),
            stride(rhs.row_stride),
            1.0_f32,
            1.0_f32,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
