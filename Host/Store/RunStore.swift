import Glibc

/// The records of runs in one SQLite file. Use it from one thread at a time.
package struct RunStore: ~Copyable {
    private let database: Database

    /// Opens the file at `path`, makes it when it is not there, and brings it up to date.
    package init(_ path: String) throws(StoreError) {
        database = try Database.upToDate(path)
    }

    /// Opens the file at `path` to read or delete what it keeps, and brings it up to date.
    ///
    /// - Throws: ``StoreError/missing(path:)`` where there is none.
    package init(existing path: String) throws(StoreError) {
        guard access(path, F_OK) == 0 else { throw .missing(path: path) }
        database = try Database.upToDate(path)
    }

    /// Keeps a record: all of it, or nothing.
    ///
    /// - Parameter tables: Further series of the record, behind its own, that are too long for
    ///   memory. They read back like the others.
    /// - Throws: ``StoreError/exists(id:)`` when a run of that id is kept already.
    package borrowing func save(
        _ record: RunRecord, tables: [TableWriter] = []
    ) throws(StoreError) {
        try database.transaction("save the run") { () throws(StoreError) in
            guard try !ids(record.head.id).contains(record.head.id) else {
                throw .exists(id: record.head.id)
            }
            try insertHead(record)
            for (index, digest) in record.digests.enumerated() {
                let row = try database.prepare(
                    "INSERT INTO digests VALUES (?1, ?2, ?3, ?4)", "save the run")
                try row.bind(record.head.id, at: 1)
                try row.bind(Int64(index), at: 2)
                try row.bind(digest.name, at: 3)
                try row.bind(digest.value, at: 4)
                _ = try row.step()
            }
            for (index, series) in record.series.enumerated() {
                try insert(series, Int64(index), record.head.id)
            }
            for (index, table) in tables.enumerated() {
                try insert(table, Int64(record.series.count + index), record.head.id)
            }
        }
    }

    /// All runs, the latest first.
    package borrowing func list() throws(StoreError) -> [RunRecord.Head] {
        let rows = try database.prepare(
            "SELECT id, name, started_ns, seed, summary FROM runs ORDER BY started_ns DESC, id",
            "list the runs")
        var result: [RunRecord.Head] = []
        while try rows.step() { result.append(Self.head(rows)) }
        return result
    }

    /// Returns the one run whose id begins with `prefix`.
    ///
    /// - Throws: ``StoreError/noRun(prefix:)``, ``StoreError/severalRuns(prefix:ids:)``, or
    ///   ``StoreError/damaged(id:series:)``.
    package borrowing func load(_ prefix: String) throws(StoreError) -> RunRecord {
        let id = try only(prefix)
        let run = try rows(
            "SELECT id, name, started_ns, seed, summary, run_file FROM runs WHERE id = ?1", id)
        guard try run.step() else { throw .noRun(prefix: prefix) }
        let digests = try rows(
            "SELECT name, value FROM digests WHERE run = ?1 ORDER BY position", id)
        var found: [RunRecord.Digest] = []
        while try digests.step() {
            found.append(.init(name: digests.text(0), value: digests.text(1)))
        }
        return RunRecord(
            head: Self.head(run), runFile: run.text(5), digests: found, series: try series(id))
    }

    /// Forgets the one run whose id begins with `prefix`, and returns its id.
    package borrowing func delete(_ prefix: String) throws(StoreError) -> String {
        let id = try only(prefix)
        try database.transaction("delete the run") { () throws(StoreError) in
            let row = try rows("DELETE FROM runs WHERE id = ?1", id)
            _ = try row.step()
        }
        return id
    }

    private borrowing func rows(_ sql: String, _ id: String) throws(StoreError) -> Statement {
        let statement = try database.prepare(sql, "read the run")
        try statement.bind(id, at: 1)
        return statement
    }

    /// Ids that begin with `prefix`, at most ten.
    private borrowing func ids(_ prefix: String) throws(StoreError) -> [String] {
        let found = try rows(
            "SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 10", prefix)
        var result: [String] = []
        while try found.step() { result.append(found.text(0)) }
        return result
    }

    private borrowing func only(_ prefix: String) throws(StoreError) -> String {
        let found = try ids(prefix)
        if found.contains(prefix) { return prefix }
        guard let first = found.first, !prefix.isEmpty else { throw .noRun(prefix: prefix) }
        guard found.count == 1 else { throw .severalRuns(prefix: prefix, ids: found) }
        return first
    }

    private borrowing func insertHead(_ record: RunRecord) throws(StoreError) {
        let row = try database.prepare(
            "INSERT INTO runs VALUES (?1, ?2, ?3, ?4, ?5, ?6)", "save the run")
        try row.bind(record.head.id, at: 1)
        try row.bind(record.head.name, at: 2)
        try row.bind(record.head.started, at: 3)
        try row.bind(record.head.seed, at: 4)
        try row.bind(record.head.summary, at: 5)
        try row.bind(record.runFile, at: 6)
        _ = try row.step()
    }

    private borrowing func insert(
        series name: String, _ position: Int64, _ id: String
    ) throws(StoreError) {
        let row = try database.prepare("INSERT INTO series VALUES (?1, ?2, ?3)", "save a series")
        try row.bind(id, at: 1)
        try row.bind(position, at: 2)
        try row.bind(name, at: 3)
        _ = try row.step()
    }

    private static let insertColumn = "INSERT INTO columns VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"

    private borrowing func insert(
        _ table: TableWriter, _ position: Int64, _ id: String
    ) throws(StoreError) {
        try insert(series: table.name, position, id)
        for (index, values) in table.columns.enumerated() {
            let column = try database.prepare(Self.insertColumn, "save a series")
            try column.bind(id, at: 1)
            try column.bind(position, at: 2)
            try column.bind(Int64(index), at: 3)
            try column.bind(values.name, at: 4)
            try column.bind(values.number, at: 5)
            try column.bind(Int64(values.count), at: 6)
            if values.bytes > Self.bytesAtOnceMax {
                try column.bind(zeros: values.bytes, at: 7)
                _ = try column.step()
                try database.fill("columns", "data", "save a series", values.pieces)
            } else {
                try insert(values, by: column)
            }
        }
    }

    /// Bytes of a column that go to the file at once. Longer ones are written twice, as zeros and
    /// then piece by piece, so that they need no memory.
    private static let bytesAtOnceMax = 16 << 20

    private borrowing func insert(
        _ values: ColumnWriter, by column: borrowing Statement
    ) throws(StoreError) {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: values.bytes, alignment: 16)
        defer { block.deallocate() }
        var place = 0
        try values.pieces { (bytes) throws(StoreError) in
            UnsafeMutableRawBufferPointer(rebasing: block[place...]).copyMemory(from: bytes)
            place += bytes.count
        }
        try column.bind(inPlace: UnsafeRawBufferPointer(block), at: 7)
        _ = try column.step()
    }

    private borrowing func insert(
        _ series: ColumnSet, _ position: Int64, _ id: String
    ) throws(StoreError) {
        try insert(series: series.name, position, id)
        let column = try database.prepare(Self.insertColumn, "save a series")
        for (index, values) in series.columns.enumerated() {
            try column.bind(id, at: 1)
            try column.bind(position, at: 2)
            try column.bind(Int64(index), at: 3)
            try column.bind(values.name, at: 4)
            try column.bind(values.values.kind, at: 5)
            try column.bind(Int64(values.values.count), at: 6)
            try column.bind(values.values.bytes, at: 7)
            _ = try column.step()
            column.reset()
        }
    }

    private borrowing func series(_ id: String) throws(StoreError) -> [ColumnSet] {
        let names = try rows(
            "SELECT name, position FROM series WHERE run = ?1 ORDER BY position", id)
        var result: [ColumnSet] = []
        while try names.step() {
            let name = names.text(0)
            let columns = try columns(id, names.integer(1), name)
            guard Set(columns.map(\.values.count)).count <= 1 else {
                throw .damaged(id: id, series: name)
            }
            result.append(ColumnSet(name: name, columns: columns))
        }
        return result
    }

    private borrowing func columns(
        _ id: String, _ series: Int64, _ name: String
    )
        throws(StoreError) -> [ColumnSet.Column]
    {
        let found = try rows(
            "SELECT name, kind, count, data FROM columns WHERE run = ?1 AND series = ?2 "
                + "ORDER BY position", id)
        try found.bind(series, at: 2)
        var result: [ColumnSet.Column] = []
        while try found.step() {
            let count = Int(found.integer(2))
            guard
                let values = ColumnValues(
                    kind: found.integer(1), count: count, bytes: found.blob(3))
            else { throw .damaged(id: id, series: name) }
            result.append(.init(found.text(0), values))
        }
        return result
    }

    private static func head(_ row: borrowing Statement) -> RunRecord.Head {
        RunRecord.Head(
            id: row.text(0), name: row.text(1), started: row.integer(2), seed: row.integer(3),
            summary: row.text(4))
    }
}
