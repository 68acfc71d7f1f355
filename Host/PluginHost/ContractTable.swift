import CRialto
import RialtoValues

/// The C structs of what a venue of contracts says beside its trades; see ``BatchTable``.
final class ContractTable {
    private let marks = UnsafeMutablePointer<rialto_marks_t>.allocate(capacity: 1)
    private let openInterest = UnsafeMutablePointer<rialto_open_interest_t>.allocate(capacity: 1)
    private let liquidations = UnsafeMutablePointer<rialto_liquidations_t>.allocate(capacity: 1)

    init() {
        marks.initialize(to: rialto_marks_t())
        openInterest.initialize(to: rialto_open_interest_t())
        liquidations.initialize(to: rialto_liquidations_t())
        marks.pointee.struct_size = UInt32(MemoryLayout<rialto_marks_t>.size)
        openInterest.pointee.struct_size = UInt32(MemoryLayout<rialto_open_interest_t>.size)
        liquidations.pointee.struct_size = UInt32(MemoryLayout<rialto_liquidations_t>.size)
    }

    deinit {
        marks.deallocate()
        openInterest.deallocate()
        liquidations.deallocate()
    }

    /// Makes a batch hold none of them.
    func clear(_ batch: inout rialto_batch_t) {
        batch.marks = nil
        batch.open_interest = nil
        batch.liquidations = nil
    }

    /// Points a batch at `events`, and at none of those that they lack; valid while they are.
    func point(_ batch: inout rialto_batch_t, at events: ContractEvents) {
        clear(&batch)
        if let events = events.marks { point(&batch, events) }
        if let events = events.openInterest { point(&batch, events) }
        if let events = events.liquidations { point(&batch, events) }
    }

    private func point(_ batch: inout rialto_batch_t, _ events: MarkEvents) {
        marks.pointee.count = UInt32(events.count)
        marks.pointee.time_ns = events.time_ns
        marks.pointee.venue_time_ns = events.venueTime_ns
        marks.pointee.instrument = events.instrument
        marks.pointee.mark_price = events.markPrice
        marks.pointee.index_price = events.indexPrice
        batch.marks = UnsafePointer(marks)
    }

    private func point(_ batch: inout rialto_batch_t, _ events: OpenInterestEvents) {
        openInterest.pointee.count = UInt32(events.count)
        openInterest.pointee.time_ns = events.time_ns
        openInterest.pointee.venue_time_ns = events.venueTime_ns
        openInterest.pointee.instrument = events.instrument
        openInterest.pointee.quantity = events.quantity
        batch.open_interest = UnsafePointer(openInterest)
    }

    private func point(_ batch: inout rialto_batch_t, _ events: LiquidationEvents) {
        liquidations.pointee.count = UInt32(events.count)
        liquidations.pointee.time_ns = events.time_ns
        liquidations.pointee.venue_time_ns = events.venueTime_ns
        liquidations.pointee.instrument = events.instrument
        liquidations.pointee.side = events.side
        liquidations.pointee.price = events.price
        liquidations.pointee.quantity = events.quantity
        batch.liquidations = UnsafePointer(liquidations)
    }
}
