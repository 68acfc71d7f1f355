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

    @usableFromInline
    func save(to writer: UnsafeMutablePointer<rialto_state_writer_t>) -> rialto_result {
        StateStream.save(state(), to: writer)
    }

    @usableFromInline
    func load(from reader: UnsafePointer<rialto_state_reader_t>) -> rialto_result {
        StateStream.load(from: reader, restore)
    }
}
