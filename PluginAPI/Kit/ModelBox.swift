/// Holds one model and the loop that was specialised for it.
@usableFromInline
final class ModelBox {
    @usableFromInline
    let run:
        (
            UnsafePointer<rialto_batch_t>, UnsafeMutablePointer<rialto_forecasts_out_t>,
            UnsafeMutablePointer<UInt32>
        ) -> rialto_result
    @usableFromInline let needs: NeedList
    @usableFromInline let intentsPerGroup: UInt32
    private let release: () -> Void
    private let state: () -> [UInt8]?
    private let restore: (UnsafeRawBufferPointer) -> Bool

    @inlinable
    convenience init<M: Model>(_ type: M.Type, _ setup: Setup) throws(PluginFailure) {
        let state = UnsafeMutablePointer<M>.allocate(capacity: 1)
        do throws(PluginFailure) { state.initialize(to: try M(setup)) } catch {
            state.deallocate()
            throw error
        }
        let room = min(max(state.pointee.forecastsPerGroup, 1), 1024)
        self.init(
            needs: NeedList(state.pointee.needs), intentsPerGroup: room,
            release: {
                state.deinitialize(count: 1)
                state.deallocate()
            },
            state: { state.pointee.save() }, restore: { state.pointee.restore($0) },
            run: { batch, table, consumed in
                var forecasts = Forecasts(table, room: room, flags: batch.pointee.flags)
                consumed.pointee = drive(&state.pointee, batch, &forecasts)
                table.pointee.count = forecasts.count
                return forecasts.hasOverflowed ? RIALTO_ERROR_MEMORY : RIALTO_OK
            })
    }

    @usableFromInline
    init(
        needs: NeedList, intentsPerGroup: UInt32, release: @escaping () -> Void,
        state: @escaping () -> [UInt8]?, restore: @escaping (UnsafeRawBufferPointer) -> Bool,
        run:
            @escaping (
                UnsafePointer<rialto_batch_t>, UnsafeMutablePointer<rialto_forecasts_out_t>,
                UnsafeMutablePointer<UInt32>
            ) -> rialto_result
    ) {
        self.needs = needs
        self.intentsPerGroup = intentsPerGroup
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
