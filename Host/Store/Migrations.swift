/// The schema as steps; a file remembers how many it has seen in `user_version`.
enum Migrations {
    /// Steps are only added, at the end; one that was released never changes.
    static let steps = [
        """
        CREATE TABLE runs (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, started_ns INTEGER NOT NULL,
            seed INTEGER NOT NULL, summary TEXT NOT NULL, run_file TEXT NOT NULL);
        CREATE TABLE digests (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
            name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, position));
        CREATE TABLE series (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
            name TEXT NOT NULL, PRIMARY KEY (run, position));
        CREATE TABLE columns (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, series INTEGER NOT NULL,
            position INTEGER NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL,
            count INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (run, series, position));
        """,
        """
        CREATE TABLE grants (
            position INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL,
            allowed INTEGER NOT NULL, plugins TEXT NOT NULL, reason TEXT NOT NULL,
            who TEXT NOT NULL, at_ns INTEGER NOT NULL);
        CREATE TRIGGER grants_are_not_changed BEFORE UPDATE ON grants
            BEGIN SELECT RAISE(ABORT, 'grants are only added'); END;
        CREATE TRIGGER grants_are_not_removed BEFORE DELETE ON grants
            BEGIN SELECT RAISE(ABORT, 'grants are only added'); END;
        """,
        """
        CREATE TABLE faults (
            digest TEXT NOT NULL, cause TEXT NOT NULL, place TEXT NOT NULL,
            at_ns INTEGER NOT NULL);
        CREATE TABLE quarantine (
            position INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL,
            held INTEGER NOT NULL, plugin TEXT NOT NULL, version TEXT NOT NULL,
            cause TEXT NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL,
            instance TEXT NOT NULL, run TEXT NOT NULL, record TEXT NOT NULL,
            who TEXT NOT NULL, at_ns INTEGER NOT NULL);
        CREATE TRIGGER quarantine_is_not_changed BEFORE UPDATE ON quarantine
            BEGIN SELECT RAISE(ABORT, 'quarantine is only added to'); END;
        CREATE TRIGGER quarantine_is_not_removed BEFORE DELETE ON quarantine
            BEGIN SELECT RAISE(ABORT, 'quarantine is only added to'); END;
        CREATE TABLE rollbacks (
            position INTEGER PRIMARY KEY AUTOINCREMENT, plugin TEXT NOT NULL,
            digest TEXT NOT NULL, version TEXT NOT NULL, reason TEXT NOT NULL,
            who TEXT NOT NULL, at_ns INTEGER NOT NULL);
        CREATE TRIGGER rollbacks_are_not_changed BEFORE UPDATE ON rollbacks
            BEGIN SELECT RAISE(ABORT, 'rollbacks are only added'); END;
        CREATE TRIGGER rollbacks_are_not_removed BEFORE DELETE ON rollbacks
            BEGIN SELECT RAISE(ABORT, 'rollbacks are only added'); END;
        """,
        """
        CREATE TRIGGER columns_are_not_changed BEFORE UPDATE ON columns
            BEGIN SELECT RAISE(ABORT, 'records of runs are only added'); END;
        CREATE TRIGGER columns_are_not_removed BEFORE DELETE ON columns
            WHEN EXISTS (SELECT 1 FROM runs WHERE id = OLD.run)
            BEGIN SELECT RAISE(ABORT, 'records of runs go with their run'); END;
        CREATE TRIGGER series_are_not_changed BEFORE UPDATE ON series
            BEGIN SELECT RAISE(ABORT, 'records of runs are only added'); END;
        CREATE TRIGGER series_are_not_removed BEFORE DELETE ON series
            WHEN EXISTS (SELECT 1 FROM runs WHERE id = OLD.run)
            BEGIN SELECT RAISE(ABORT, 'records of runs go with their run'); END;
        """,
    ]

    /// Brings a file up to the newest schema, as one transaction.
    static func apply(to database: borrowing Database) throws(StoreError) {
        let known = Int64(steps.count)
        if try seen(database) == known { return }
        try database.transaction("change the schema") { () throws(StoreError) in
            let found = try seen(database)
            guard found >= 0, found <= known else { throw .newer(found: found, known: known) }
            for step in steps[Int(found)...] { try database.execute(step, "change the schema") }
            try database.execute("PRAGMA user_version = \(known)", "change the schema")
        }
    }

    private static func seen(_ database: borrowing Database) throws(StoreError) -> Int64 {
        let statement = try database.prepare("PRAGMA user_version", "read the schema")
        return try statement.step() ? statement.integer(0) : 0
    }
}
