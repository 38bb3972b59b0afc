//! The settings that durability stands on, and the shape of the schema.

use fovea_annotation::ContentHash;

use crate::fixture::Fixture;

#[test]
fn the_connection_is_set_for_durability() {
    let fixture = Fixture::new();
    let pragma = |name: &str| -> String {
        fixture
            .store
            .conn()
            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|value| format!("{value:?}"))
            .unwrap_or_default()
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("synchronous"), "Integer(2)");
    assert_eq!(pragma("foreign_keys"), "Integer(1)");
    assert!(["", "Integer(0)"].contains(&pragma("mmap_size").as_str()));
}

/// A released migration is never edited: what it makes is pinned here. A new migration gets a new line.
#[test]
fn released_migrations_are_unchanged() {
    let golden = [
        "26936e567486e49e66923829f980fd088668d5da3188b473319943adbdd8946f",
        "b13c6003579791f256f7827e4accdf9cd797486bb498ed4f78a767d53a11a36b",
        "56b2af26357365cb174077956c28958af51e62dc2cbef5a25412c11e8881058b",
        "f8b4370a213e08e2218de9790750bf2dbf86a6b85fefa8d8ee19dfc948c7080a",
        "f1905984ae9a8b31aff25908339b4577e84ddc1f0952bd1baaaedc5f91273f0c",
    ];
    let found: Vec<String> = crate::migrate::MIGRATIONS
        .iter()
        .map(|sql| ContentHash::of(sql.as_bytes()).to_hex())
        .collect();
    assert_eq!(found, golden);
}
