/// Holds one strategy and the loop that was specialised for it.
@usableFromInline
final class StrategyBox {
    @usableFromInline
    let run:
        (
            UnsafePointer<rialto_batch_t>, UnsafeMutablePointer<rialto_intents_t>,
            UnsafeMutablePointer<UInt32>
        ) -> rialto_result
    @usableFromInline let needs: NeedList
    @usableFromInline let intentsPerGroup: UInt32
    @usableFromInline let isOpenLoop: Bool
    private let release: () -> Void
    private let state: () -> [UInt8]?
    private let restore: (UnsafeRawBufferPointer) -> Bool

    @inlinable
    convenience init<S: Strategy>(_ type: S.Type, _ setup: Setup) throws(PluginFailure) {
        let state = UnsafeMutablePointer<S>.allocate(capacity: 1)
        do throws(PluginFailure) { state.initialize(to: try S(setup)) } catch {
            state.deallocate()
            throw error
        }
        let openLoop = state.pointee.isOpenLoop
        let room = min(max(state.pointee.intentsPerGroup, 1), 1024)
        self.init(
            needs: NeedList(state.pointee.needs), intentsPerGroup: room, isOpenLoop: openLoop,
            release: {
                state.deinitialize(count: 1)
                state.deallocate()
            },
            state: { state.pointee.save() }, restore: { state.pointee.restore($0) },
            run: { batch, table, consumed in
                var intents = Intents(table, room: room, flags: batch.pointee.flags)
                consumed.pointee = drive(&state.pointee, batch, &intents, openLoop: openLoop)
                table.pointee.count = intents.count
                return intents.hasOverflowed ? RIALTO_ERROR_MEMORY : RIALTO_OK
            })
    }

    @usableFromInline
    init(
        needs: NeedList, intentsPerGroup: UInt32, isOpenLoop: Bool, release: @escaping () -> Void,
        state: @escaping () -> [UInt8]?, restore: @escaping (UnsafeRawBufferPointer) -> Bool,
        run:
            @escaping (
                UnsafePointer<rialto_batch_t>, UnsafeMutablePointer<rialto_intents_t>,
                UnsafeMutablePointer<UInt32>
            ) -> rialto_result
    ) {
        self.needs = needs
        self.intentsPerGroup = intentsPerGroup
        self.isOpenLoop = isOpenLoop
        self.release = release
        self.state = state
        self.restore = restore
        self.run = run
    }

    deinit { release() }

    /// Writes the strategy's state in as many pieces as the host takes.
    @usableFromInline
    func save(to writer: UnsafeMutablePointer<rialto_state_writer_t>) -> rialto_result {
        guard let bytes = state() else { return RIALTO_ERROR_UNSUPPORTED }
        writer.pointee.schema = 1
        return bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                var written: UInt64 = 0
                let result =
                    writer.pointee.write?(
                        writer.pointee.host, buffer.baseAddress.map { $0 + done },
                        UInt64(buffer.count - done), &written) ?? RIALTO_ERROR_ARGUMENT
                guard result == RIALTO_OK, written > 0 else { return RIALTO_ERROR_STATE }
                done += Int(written)
            }
            return RIALTO_OK
        }
    }

    /// Reads a state to its end and hands it to the strategy.
    @usableFromInline
    func load(from reader: UnsafePointer<rialto_state_reader_t>) -> rialto_result {
        var bytes: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var read: UInt64 = 0
            let size = UInt64(chunk.count)
            let result =
                reader.pointee.read?(reader.pointee.host, &chunk, size, &read)
                ?? RIALTO_ERROR_ARGUMENT
            if result == RIALTO_END { break }
            guard result == RIALTO_OK, read <= size else { return RIALTO_ERROR_STATE }
            bytes += chunk.prefix(Int(read))
        }
        return bytes.withUnsafeBytes { restore($0) } ? RIALTO_OK : RIALTO_ERROR_STATE
    }
}
