import Glibc

/// The lines of a text, one at a time, without their ends.
final class LineReader {
    /// Bytes of the longest line that is read. Market data need a few hundred.
    static let lineMax = 1 << 20

    /// Number of the last line that was returned, from 1.
    private(set) var line = 0
    private let input: ByteInput
    private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: LineReader.capacity)
    private static let capacity = 2 * lineMax
    private var start = 0
    private var end = 0
    private var isEnded = false

    init(_ input: ByteInput) { self.input = input }

    /// Returns the next line, valid until the next call; nil at the end.
    ///
    /// - Throws: ``HistoryError`` from the input, or of kind `format` for a line above ``lineMax``.
    func next() throws(HistoryError) -> UnsafeBufferPointer<UInt8>? {
        var searched = start
        while true {
            if let found = memchr(buffer + searched, 0x0A, end - searched) {
                let stop =
                    UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(buffer)
                return taken(upTo: stop, next: stop + 1)
            }
            let length = end - start
            guard length <= Self.lineMax else { throw tooLong }
            if isEnded { return length == 0 ? nil : taken(upTo: end, next: end) }
            try fill()
            searched = start + length
        }
    }

    private func taken(upTo stop: Int, next: Int) -> UnsafeBufferPointer<UInt8> {
        line += 1
        var first = start, last = stop
        start = next
        if last > first, buffer[last - 1] == 0x0D { last -= 1 }
        // A byte order mark is no part of the text.
        if line == 1, last - first >= 3, buffer[first] == 0xEF, buffer[first + 1] == 0xBB,
            buffer[first + 2] == 0xBF
        {
            first += 3
        }
        return UnsafeBufferPointer(start: buffer + first, count: last - first)
    }

    /// Moves the begun line to the front and reads more behind it.
    private func fill() throws(HistoryError) {
        let length = end - start
        if start > 0 { memmove(buffer, buffer + start, length) }
        start = 0
        end = length
        let room = UnsafeMutableRawBufferPointer(start: buffer + end, count: Self.capacity - end)
        let count = try input.read(into: room)
        end += count
        isEnded = count == 0
    }

    private var tooLong: HistoryError {
        HistoryError(
            .format, "the file is not lines of text", file: input.name, line: line + 1,
            found: "a line of more than \(Self.lineMax) bytes", allowed: "\(Self.lineMax) bytes",
            help: "give a CSV file, plain or gzip")
    }

    deinit { buffer.deallocate() }
}
