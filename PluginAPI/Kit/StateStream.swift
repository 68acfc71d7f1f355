/// Saved state, through the host's chunked streams.
enum StateStream {
    /// Writes a state in as many pieces as the host takes; nil is none.
    static func save(
        _ state: [UInt8]?, to writer: UnsafeMutablePointer<rialto_state_writer_t>
    ) -> rialto_result {
        guard let bytes = state else { return RIALTO_ERROR_UNSUPPORTED }
        writer.pointee.schema = 1
        return bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                var written: UInt64 = 0
                let result =
                    writer.pointee.write?(
                        writer.pointee.host, buffer.baseAddress.map { $0 + done },
                        UInt64(buffer.count - done), &written) ?? RIALTO_ERROR_ARGUMENT
                guard result == RIALTO_OK, written > 0, written <= buffer.count - done else {
                    return RIALTO_ERROR_STATE
                }
                done += Int(written)
            }
            return RIALTO_OK
        }
    }

    /// Reads a state to its end and hands it over.
    static func load(
        from reader: UnsafePointer<rialto_state_reader_t>,
        _ restore: (UnsafeRawBufferPointer) -> Bool
    ) -> rialto_result {
        var bytes: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var read: UInt64 = 0
            let size = UInt64(chunk.count)
            let result =
                reader.pointee.read?(reader.pointee.host, &chunk, size, &read)
                ?? RIALTO_ERROR_ARGUMENT
            if result == RIALTO_END { break }
            guard result == RIALTO_OK, read > 0, read <= size else { return RIALTO_ERROR_STATE }
            bytes += chunk.prefix(Int(read))
        }
        return bytes.withUnsafeBytes { restore($0) } ? RIALTO_OK : RIALTO_ERROR_STATE
    }
}
