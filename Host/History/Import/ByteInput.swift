import Glibc

/// The bytes of a file or of memory, unpacked when they are gzip by content, whatever the name.
package final class ByteInput {
    /// What messages call it: the path, mostly.
    package let name: String
    /// Bytes of the packed source; nil for a pipe.
    package let bytesTotal: Int?
    /// Bytes of the packed source that have been read.
    package private(set) var bytesRead = 0

    private enum Source {
        case file(Int32)
        case memory([UInt8])
    }

    private static let capacity = 1 << 18
    private let source: Source
    private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: ByteInput.capacity)
    private var start = 0
    private var end = 0
    private var isStarted = false
    private var inflater: Inflater?

    /// - Throws: ``HistoryError`` of kind `system`.
    package init(path: String) throws(HistoryError) {
        name = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("the file cannot be opened", path) }
        source = .file(descriptor)
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        bytesTotal = isFile ? Int(status.st_size) : nil
    }

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        source = .memory(bytes)
        bytesTotal = bytes.count
    }

    /// Whether the source is packed; known after the first read.
    var isPacked: Bool { inflater != nil }

    /// Fills `target` from its start, with at least one byte unless the input has ended.
    ///
    /// - Returns: Bytes written; 0 at the end.
    /// - Throws: ``HistoryError`` of kind `system`, or `damaged` for gzip that is cut or altered.
    func read(into target: UnsafeMutableRawBufferPointer) throws(HistoryError) -> Int {
        if !isStarted { try begin() }
        guard let inflater else { return try readPlain(into: target) }
        do throws(HistoryError) {
            while true {
                if start == end { try fill() }
                let isLast = start == end
                let input = UnsafeMutableBufferPointer(rebasing: all[start..<end])
                let step = try inflater.inflate(input, isLast: isLast, into: target)
                start += step.taken
                if step.made > 0 || isLast { return step.made }
            }
        } catch { throw error.inFile(name) }
    }

    /// Fills all of `target`, or as much as there is.
    func readFully(into target: UnsafeMutableRawBufferPointer) throws(HistoryError) -> Int {
        var done = 0
        while done < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
            let count = try read(into: rest)
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// The first bytes of the input, as many as there are of `count`. They are read once.
    func first(_ count: Int) throws(HistoryError) -> [UInt8] {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer { room.deallocate() }
        return Array(room[..<(try readFully(into: room))])
    }

    /// All bytes of the input.
    ///
    /// - Throws: ``HistoryError`` of kind `format` when there are more than `limit`.
    package func all(atMost limit: Int) throws(HistoryError) -> [UInt8] {
        var bytes: [UInt8] = []
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.capacity, alignment: 8)
        defer { room.deallocate() }
        while true {
            let count = try readFully(into: room)
            if count == 0 { return bytes }
            bytes += room[..<count]
            guard bytes.count <= limit else {
                throw HistoryError(
                    .format, "the file is too large", file: name, found: "more than \(limit) bytes",
                    allowed: "\(limit) bytes")
            }
        }
    }

    private var all: UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(start: buffer, count: Self.capacity)
    }

    private func begin() throws(HistoryError) {
        isStarted = true
        try fill()
        // A pipe may hand over one byte first.
        while end - start == 1, try more() {}
        if end - start >= 2, buffer[0] == 0x1F, buffer[1] == 0x8B { inflater = try Inflater() }
    }

    private func readPlain(into target: UnsafeMutableRawBufferPointer) throws(HistoryError) -> Int {
        if start == end { try fill() }
        let count = min(end - start, target.count)
        target.baseAddress?.copyMemory(from: buffer + start, byteCount: count)
        start += count
        return count
    }

    private func fill() throws(HistoryError) {
        start = 0
        end = 0
        _ = try more()
    }

    /// Adds bytes behind `end`; false at the end of the source.
    private func more() throws(HistoryError) -> Bool {
        let room = Self.capacity - end
        let count: Int
        switch source {
        case .file(let descriptor):
            var result: Int
            repeat {
                result = Glibc.read(descriptor, buffer + end, room)
            } while result < 0 && errno == EINTR
            guard result >= 0 else { throw .system("the file cannot be read", name) }
            count = result
        case .memory(let bytes):
            count = min(room, bytes.count - bytesRead)
            for index in 0..<count { buffer[end + index] = bytes[bytesRead + index] }
        }
        end += count
        bytesRead += count
        return count > 0
    }

    deinit {
        buffer.deallocate()
        if case .file(let descriptor) = source { close(descriptor) }
    }
}
