import RialtoKit

/// What one call of a strategy came to.
struct StrategyAnswer {
    let consumed: Int
    let intents: [TestIntent]
    /// Entry that each intent answers.
    let rows: [UInt32]
    /// Bytes of text that were used.
    let textCount: Int
}

/// One call across the contract.
extension TestHost {
    func call(
        _ events: ArraySlice<TestEvent>, flags: UInt32, room: Int, textRoom: Int
    )
        throws(TestFailure) -> StrategyAnswer
    {
        let arena = Arena()
        let items = arena.column(Array(repeating: rialto_intent_t(), count: room))
        let text = arena.column([CChar](repeating: 0, count: textRoom))
        let table = arena.one(
            rialto_intents_t(
                struct_size: UInt32(MemoryLayout<rialto_intents_t>.size),
                item_size: UInt32(MemoryLayout<rialto_intent_t>.stride), capacity: UInt32(room),
                count: 0, items: UnsafeMutableRawPointer(mutating: items),
                text: UnsafeMutablePointer(mutating: text), text_capacity: UInt32(textRoom),
                text_count: 0))
        let batch = TestBatch.make(events, flags: flags, in: arena)
        var consumed: UInt32 = 0
        let result =
            strategy.on_batch?(strategy.`self`, batch, table, &consumed)
            ?? RIALTO_ERROR_UNSUPPORTED
        guard result >= 0 else { throw .ended(code: result) }
        let count = Int(table.pointee.count), textCount = Int(table.pointee.text_count)
        guard count <= room, textCount <= textRoom else {
            throw .contract("\(count) intents and \(textCount) bytes of text were written")
        }
        try checkConsumed(Int(consumed), events)
        let texts = UnsafeRawBufferPointer(start: text, count: textCount)
        var intents: [TestIntent] = []
        for index in 0..<count {
            let item = items[index], row = Int(item.row)
            guard item.struct_size > 0, row < Int(consumed) else {
                throw .contract("intent \(index) answers row \(row) of \(consumed) read")
            }
            let time = events[events.startIndex + row].time_ns
            guard let intent = TestIntent(item, text: texts, time_ns: time) else {
                throw .contract("the text of intent \(index) is no UTF-8 within the buffer")
            }
            intents.append(intent)
        }
        return StrategyAnswer(
            consumed: Int(consumed), intents: intents, rows: (0..<count).map { items[$0].row },
            textCount: textCount)
    }

    func callModel(
        _ events: ArraySlice<TestEvent>, flags: UInt32, room: Int
    ) throws(TestFailure)
        -> (consumed: Int, forecasts: [TestForecast])
    {
        let arena = Arena()
        let items = arena.column(Array(repeating: rialto_forecast_t(), count: room))
        let table = arena.one(
            rialto_forecasts_out_t(
                struct_size: UInt32(MemoryLayout<rialto_forecasts_out_t>.size),
                item_size: UInt32(MemoryLayout<rialto_forecast_t>.stride), capacity: UInt32(room),
                count: 0, items: UnsafeMutableRawPointer(mutating: items)))
        let batch = TestBatch.make(events, flags: flags, in: arena)
        var consumed: UInt32 = 0
        let result =
            model.on_batch?(model.`self`, batch, table, &consumed) ?? RIALTO_ERROR_UNSUPPORTED
        guard result >= 0 else { throw .ended(code: result) }
        let count = Int(table.pointee.count)
        guard count <= room else { throw .contract("\(count) forecasts in room for \(room)") }
        try checkConsumed(Int(consumed), events)
        guard Int(consumed) == events.count || count + Int(groupMax) > room else {
            throw .contract("a model stopped although its output was not full")
        }
        var forecasts: [TestForecast] = [], last: UInt32 = 0
        for index in 0..<count {
            let item = items[index]
            guard item.row >= last, item.row < consumed else {
                throw .contract("forecast \(index) answers row \(item.row) of \(consumed) read")
            }
            last = item.row
            try check(item)
            let time = events[events.startIndex + Int(item.row)].time_ns
            forecasts.append(TestForecast(item, time_ns: time))
        }
        return (Int(consumed), forecasts)
    }
}
