import CZlib

/// Unpacks gzip of one or several members, piece by piece.
final class Inflater {
    // zlib keeps the address of its stream, so the stream must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private enum State {
        case inside
        case betweenMembers
    }
    private var state = State.inside
    /// zlib's window bits: 15, and 16 for the gzip wrapper.
    private static let gzipBits: Int32 = 15 + 16

    init() throws(HistoryError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, Self.gzipBits, ZLIB_VERSION, size) == Z_OK else {
            throw HistoryError(.system, "zlib cannot start", found: "zlib " + ZLIB_VERSION)
        }
    }

    /// Unpacks from `input` into `output` until one of them is used up or a member ends.
    ///
    /// - Parameter isLast: Whether nothing comes after `input`.
    /// - Throws: ``HistoryError`` of kind `damaged`.
    func inflate(
        _ input: UnsafeMutableBufferPointer<UInt8>, isLast: Bool,
        into output: UnsafeMutableRawBufferPointer
    ) throws(HistoryError) -> (taken: Int, made: Int) {
        if state == .betweenMembers {
            let padding = input.prefix { $0 == 0 }.count
            guard padding == 0, !input.isEmpty else { return (padding, 0) }
            guard inflateReset(stream) == Z_OK else { throw Self.damaged("zlib refused it") }
            state = .inside
        }
        let room = UInt32(clamping: output.count)
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room
        let result = CZlib.inflate(stream, Z_NO_FLUSH)
        let taken = input.count - Int(stream.pointee.avail_in)
        let made = Int(room - stream.pointee.avail_out)
        switch result {
        case Z_STREAM_END: state = .betweenMembers
        case Z_OK, Z_BUF_ERROR:
            if isLast, made == 0 { throw Self.damaged("its end is missing") }
        default: throw Self.damaged(stream.pointee.msg.map { String(cString: $0) } ?? "bad bytes")
        }
        return (taken, made)
    }

    private static func damaged(_ what: String) -> HistoryError {
        HistoryError(
            .damaged, "the gzip file cannot be unpacked: " + what,
            help: "download or copy the file again; test it with gzip -t")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }
}
