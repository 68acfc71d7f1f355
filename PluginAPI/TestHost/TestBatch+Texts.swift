import RialtoKit

/// The columns of news and posts.
extension TestBatch {
    static func texts(
        _ events: ArraySlice<TestEvent>, _ batch: inout rialto_batch_t, _ arena: Arena
    ) {
        let rows = events.compactMap { if case .text(let event) = $0 { event } else { nil } }
        guard !rows.isEmpty else { return }
        var c = rialto_texts_t()
        c.struct_size = UInt32(MemoryLayout<rialto_texts_t>.size)
        c.count = UInt32(rows.count)
        c.time_ns = arena.column(rows.map(\.time_ns))
        c.venue_time_ns = arena.column(rows.map(\.publishedTime_ns))
        c.instrument = arena.column(rows.map { $0.instrument ?? RIALTO_NONE })
        c.source = arena.column(rows.map { arena.text($0.source) })
        c.author = arena.column(rows.map { arena.text($0.author) })
        c.title = arena.column(rows.map { arena.text($0.title) })
        c.body = arena.column(rows.map { arena.text($0.body) })
        batch.texts = UnsafePointer(arena.one(c))
    }
}
