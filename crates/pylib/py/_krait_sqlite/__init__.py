"""`_sqlite3` over SQLite in a WebAssembly instance of its own; `crates/sqlite` carries out what is asked for here."""
