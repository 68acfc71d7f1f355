import CSQLite

/// An open SQLite file. Use it from one thread at a time.
struct Database: ~Copyable {
    /// How long to wait for another program's transaction, in milliseconds.
    static let patience: Int32 = 5_000

    private let handle: OpaquePointer

    /// Opens the file at `path`, and makes it when it is not there.
    init(_ path: String) throws(StoreError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let reason = String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw .failed(work: "open \(path)", reason: reason)
        }
        handle = opened
        sqlite3_busy_timeout(handle, Self.patience)
    }

    /// Opens the file at `path`, makes it when it is not there, and brings it up to the newest
    /// schema.
    static func upToDate(_ path: String) throws(StoreError) -> Database {
        let database = try Database(path)
        try database.execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
            "open \(path)")
        try Migrations.apply(to: database)
        return database
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that return no rows.
    borrowing func execute(_ sql: String, _ work: String) throws(StoreError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(work) }
    }

    borrowing func prepare(_ sql: String, _ work: String) throws(StoreError) -> Statement {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else {
            throw failure(work)
        }
        return Statement(taking: prepared, work: work)
    }

    /// Runs `body` as one transaction: all of it happens, or nothing.
    borrowing func transaction(
        _ work: String, _ body: () throws(StoreError) -> Void
    )
        throws(StoreError)
    {
        try execute("BEGIN IMMEDIATE", work)
        do throws(StoreError) {
            try body()
            try execute("COMMIT", work)
        } catch {
            sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }

    /// Fills the bytes of a blob that was made by `Statement.bind(zeros:at:)`, piece by piece.
    ///
    /// - Parameters:
    ///   - row: Of the table's rows the last one that was inserted.
    ///   - pieces: Calls its argument with the bytes in order; not more than the blob has.
    borrowing func fill(
        _ table: String, _ column: String, _ work: String,
        _ pieces: ((UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) -> Void
    ) throws(StoreError) {
        var opened: OpaquePointer?
        let row = sqlite3_last_insert_rowid(handle)
        guard sqlite3_blob_open(handle, "main", table, column, row, 1, &opened) == SQLITE_OK,
            let blob = opened
        else { throw failure(work) }
        defer { sqlite3_blob_close(blob) }
        var place: Int32 = 0
        try pieces { (bytes) throws(StoreError) in
            let count = Int32(bytes.count)
            guard sqlite3_blob_write(blob, bytes.baseAddress, count, place) == SQLITE_OK else {
                throw failure(work)
            }
            place += count
        }
    }

    private borrowing func failure(_ work: String) -> StoreError {
        .failed(work: work, reason: String(cString: sqlite3_errmsg(handle)))
    }
}

/// A prepared statement; finalised when it goes.
struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let work: String

    init(taking handle: OpaquePointer, work: String) {
        self.handle = handle
        self.work = work
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds text to parameter `index`, from 1.
    borrowing func bind(_ text: String, at index: Int32) throws(StoreError) {
        let bytes = Array(text.utf8CString)
        try check(csqlite_bind_text(handle, index, bytes, UInt64(bytes.count - 1)))
    }

    borrowing func bind(_ value: Int64, at index: Int32) throws(StoreError) {
        try check(sqlite3_bind_int64(handle, index, value))
    }

    borrowing func bind(_ bytes: [UInt8], at index: Int32) throws(StoreError) {
        try check(csqlite_bind_blob(handle, index, bytes, UInt64(bytes.count)))
    }

    /// Binds bytes that stay where they are until the statement has run.
    borrowing func bind(inPlace bytes: UnsafeRawBufferPointer, at index: Int32) throws(StoreError) {
        guard let start = bytes.baseAddress else { return try bind(zeros: 0, at: index) }
        try check(sqlite3_bind_blob64(handle, index, start, UInt64(bytes.count), nil))
    }

    /// Binds a blob of `count` zeros, which take no memory.
    borrowing func bind(zeros count: Int, at index: Int32) throws(StoreError) {
        try check(sqlite3_bind_zeroblob64(handle, index, UInt64(count)))
    }

    /// Moves to the next row; false after the last one.
    borrowing func step() throws(StoreError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let reason = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
            throw .failed(work: work, reason: reason)
        }
    }

    /// Makes the statement ready to run again.
    borrowing func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// The text of column `index`, from 0.
    borrowing func text(_ index: Int32) -> String {
        guard let pointer = sqlite3_column_text(handle, index) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, index))
        return String(decoding: UnsafeBufferPointer(start: pointer, count: count), as: UTF8.self)
    }

    borrowing func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }

    borrowing func blob(_ index: Int32) -> [UInt8] {
        guard let pointer = sqlite3_column_blob(handle, index) else { return [] }
        let count = Int(sqlite3_column_bytes(handle, index))
        return Array(UnsafeRawBufferPointer(start: pointer, count: count))
    }

    private borrowing func check(_ code: Int32) throws(StoreError) {
        guard code == SQLITE_OK else {
            throw .failed(work: work, reason: String(cString: sqlite3_errstr(code)))
        }
    }
}
