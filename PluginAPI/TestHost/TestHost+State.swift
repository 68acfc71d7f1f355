import RialtoKit

/// Saving and restoring.
extension TestHost {
    /// The instance's whole state; nil when it keeps none.
    ///
    /// - Parameter piece: Most bytes that are taken at once, so that every plugin's loop is tested.
    public func save(piece: Int = 7) throws(TestFailure) -> [UInt8]? {
        guard let save = kind == RIALTO_PLUGIN_MODEL ? model.save : strategy.save else {
            return nil
        }
        let sink = StateBytes([], piece: piece)
        var writer = rialto_state_writer_t()
        writer.struct_size = UInt32(MemoryLayout<rialto_state_writer_t>.size)
        writer.host = Unmanaged.passUnretained(sink).toOpaque()
        writer.write = { host, bytes, size, written in
            guard let host, let bytes, let written else { return RIALTO_ERROR_ARGUMENT }
            let sink = Unmanaged<StateBytes>.fromOpaque(host).takeUnretainedValue()
            let count = min(Int(size), sink.piece)
            sink.bytes += UnsafeRawBufferPointer(start: bytes, count: count)
            written.pointee = UInt64(count)
            return RIALTO_OK
        }
        let instance = kind == RIALTO_PLUGIN_MODEL ? model.`self` : strategy.`self`
        let result = withExtendedLifetime(sink) { save(instance, &writer) }
        if result == RIALTO_ERROR_UNSUPPORTED { return nil }
        guard result == RIALTO_OK else { throw .state(code: result) }
        return sink.bytes
    }

    /// Takes over a state that `save` gave. Throws ``TestFailure/state(code:)`` when it is refused.
    public func restore(_ bytes: [UInt8], piece: Int = 7) throws(TestFailure) {
        guard let load = kind == RIALTO_PLUGIN_MODEL ? model.load : strategy.load else {
            throw .state(code: RIALTO_ERROR_UNSUPPORTED)
        }
        let source = StateBytes(bytes, piece: piece)
        var reader = rialto_state_reader_t()
        reader.struct_size = UInt32(MemoryLayout<rialto_state_reader_t>.size)
        reader.schema = 1
        reader.host = Unmanaged.passUnretained(source).toOpaque()
        reader.read = { host, bytes, size, read in
            guard let host, let bytes, let read else { return RIALTO_ERROR_ARGUMENT }
            let source = Unmanaged<StateBytes>.fromOpaque(host).takeUnretainedValue()
            guard !source.bytes.isEmpty else { return RIALTO_END }
            let count = min(Int(size), source.piece, source.bytes.count)
            bytes.copyMemory(from: Array(source.bytes.prefix(count)), byteCount: count)
            source.bytes.removeFirst(count)
            read.pointee = UInt64(count)
            return RIALTO_OK
        }
        let instance = kind == RIALTO_PLUGIN_MODEL ? model.`self` : strategy.`self`
        let result = withExtendedLifetime(source) { load(instance, &reader) }
        guard result == RIALTO_OK else { throw .state(code: result) }
    }
}

/// A state on its way.
private final class StateBytes {
    var bytes: [UInt8]
    let piece: Int

    init(_ bytes: [UInt8], piece: Int) {
        self.bytes = bytes
        self.piece = piece
    }
}
