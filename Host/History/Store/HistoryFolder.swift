import Glibc
import RialtoValues

/// What a folder knows of a series without reading its rows.
package struct SeriesInfo: Equatable, Sendable {
    package let definition: SeriesDefinition
    /// Rows.
    package let count: Int
    /// Unix nanoseconds UTC; nil when there is no row.
    package let firstTime_ns: Int64?
    package let lastTime_ns: Int64?
    package let fileBytes: Int
    package let path: String

    package var key: SeriesKey { definition.key }
    package var instrument: Instrument { definition.instrument }
}

/// A folder with one file per series.
package struct HistoryFolder {
    package let path: String
    private let disk: Disk

    /// - Parameter disk: The calls that change the folder, `.posix` outside tests.
    package init(path: String, disk: Disk = .posix) {
        self.path = path
        self.disk = disk
    }

    /// The readable series, sorted by key; empty when the folder does not exist.
    package func list() throws(HistoryError) -> [SeriesInfo] { try scan().series }

    /// The readable series, and why each of the other series files cannot be used.
    package func scan() throws(HistoryError) -> (series: [SeriesInfo], damaged: [HistoryError]) {
        guard let names = FolderListing.names(path) else {
            if errno == ENOENT { return ([], []) }
            throw .system("the history folder cannot be read", path)
        }
        var series: [SeriesInfo] = [], damaged: [HistoryError] = []
        for name in names where name.hasSuffix(SeriesKey.fileSuffix) && !name.hasPrefix(".") {
            do throws(HistoryError) { series.append(try info(path + "/" + name)) } catch {
                damaged.append(error)
            }
        }
        return (series.sorted { $0.key < $1.key }, damaged)
    }

    /// Maps a series. Its header and size are verified, its columns are not: see ``check(_:)``.
    ///
    /// - Throws: ``HistoryError`` of kind `notFound`, `damaged`, `format` or `system`.
    package func open(_ key: SeriesKey) throws(HistoryError) -> Series {
        try opened(key).series
    }

    /// Writes a series, in place of the one with the same key. A failure changes nothing.
    ///
    /// - Throws: ``HistoryError`` of kind `option` or `system`.
    package func write(_ series: Series) throws(HistoryError) {
        try series.definition.check()
        try makeFolder()
        AtomicFile.sweep(folder: path, disk: disk)
        let header = FileHeader(of: series)
        var file = try AtomicFile(filePath(series.key), disk: disk)
        try Self.write(header.encoded(), to: &file)
        var end = FileHeader.size
        for (entry, pointer) in zip(header.columns, series.columns) {
            try Self.write([UInt8](repeating: 0, count: entry.offset - end), to: &file)
            try file.write(UnsafeRawBufferPointer(start: pointer, count: entry.length))
            end = entry.offset + entry.length
        }
        try file.commit()
    }

    /// Removes a series.
    ///
    /// - Throws: ``HistoryError`` of kind `notFound` or `system`.
    package func remove(_ key: SeriesKey) throws(HistoryError) {
        guard disk.remove(filePath(key)) == 0 else {
            if errno == ENOENT { throw notFound(key) }
            throw .system("the series cannot be removed", filePath(key))
        }
        try AtomicFile.sync(folder: path, disk)
    }

    /// Reads all of a series and says what is wrong with it.
    ///
    /// - Throws: What ``open(_:)`` throws: a file that opens is always answered with a report.
    package func check(_ key: SeriesKey) throws(HistoryError) -> CheckReport {
        let (series, header, file) = try opened(key)
        // A record that cannot be used is told by ``records()``.
        let calendar = (try? record(of: key.instrument))?.calendar ?? .always
        var report = try CheckReport(of: series, calendar: calendar)
        for (field, entry) in zip(series.kind.fields, header.columns) {
            let bytes = file.bytes[entry.offset..<entry.offset + entry.length]
            guard Checksum.xxh64(UnsafeRawBufferPointer(rebasing: bytes)) != entry.checksum else {
                continue
            }
            var error = FileHeader.damaged("the checksum of a column differs")
            error.field = field.name
            report.add(error.inFile(filePath(key)))
        }
        return report
    }

    package func filePath(_ key: SeriesKey) -> String { path + "/" + key.fileName }

    private func opened(
        _ key: SeriesKey
    ) throws(HistoryError)
        -> (series: Series, header: FileHeader, file: MappedFile)
    {
        let path = filePath(key)
        guard access(path, F_OK) == 0 else { throw notFound(key) }
        let file = try MappedFile(path)
        do throws(HistoryError) {
            let header = try FileHeader(decoding: Array(file.bytes.prefix(FileHeader.size)))
            guard header.fileLength == file.bytes.count else {
                throw FileHeader.cut(file.bytes.count)
            }
            guard header.definition.key == key, let base = file.bytes.baseAddress else {
                throw FileHeader.damaged("it holds " + header.definition.key.text)
            }
            let columns = header.columns.map { base + $0.offset }
            let series = Series(header.definition, count: header.count, columns: columns, in: file)
            return (series, header, file)
        } catch { throw error.inFile(path) }
    }

    private func info(_ path: String) throws(HistoryError) -> SeriesInfo {
        do throws(HistoryError) {
            let (bytes, length) = try Self.start(of: path)
            let header = try FileHeader(decoding: bytes)
            guard header.fileLength == length else { throw FileHeader.cut(length) }
            guard path == filePath(header.definition.key) else {
                throw FileHeader.damaged("it holds " + header.definition.key.text)
            }
            let isEmpty = header.count == 0
            return SeriesInfo(
                definition: header.definition, count: header.count,
                firstTime_ns: isEmpty ? nil : header.firstTime_ns,
                lastTime_ns: isEmpty ? nil : header.lastTime_ns, fileBytes: length, path: path)
        } catch { throw error.inFile(path) }
    }

    /// The bytes of a file's header, as many as there are, and the file's length.
    private static func start(of path: String) throws(HistoryError) -> ([UInt8], Int) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("the file cannot be opened", path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: FileHeader.size)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        var status = stat()
        guard count >= 0, fstat(descriptor, &status) == 0 else {
            throw .system("the file cannot be read", path)
        }
        return (Array(bytes.prefix(count)), Int(status.st_size))
    }

    /// Writes a whole file in the folder, which appears whole or not at all.
    func write(_ bytes: [UInt8], to path: String) throws(HistoryError) {
        try makeFolder()
        AtomicFile.sweep(folder: self.path, disk: disk)
        var file = try AtomicFile(path, disk: disk)
        try Self.write(bytes, to: &file)
        try file.commit()
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func write(_ bytes: [UInt8], to file: inout AtomicFile) throws(HistoryError) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        try file.write(UnsafeRawBufferPointer(copy))
    }

    func makeFolder() throws(HistoryError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += part + "/"
            guard !part.isEmpty, part != ".", part != "..", access(made, F_OK) != 0 else {
                continue
            }
            guard disk.makeFolder(made) == 0 || errno == EEXIST else {
                throw .system("the history folder cannot be made", made)
            }
        }
    }

    private func notFound(_ key: SeriesKey) -> HistoryError {
        HistoryError(
            .notFound, "there is no series " + key.text, file: path,
            help: "see what there is with rialto data list, or import it with rialto data import")
    }
}
