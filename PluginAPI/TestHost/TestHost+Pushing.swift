import RialtoKit

/// Handing over events.
extension TestHost {
    /// Hands events to a strategy and returns what it wanted, in order.
    ///
    /// Events are first put in the host's order: time, kind, instrument. What the strategy leaves
    /// unread is handed again.
    ///
    /// - Parameters:
    ///   - events: Not before what was pushed earlier. Timers that come due among them are added.
    ///   - rows: Most events of one call, 1...4096.
    ///   - room: Intents that one call has room for.
    ///   - textRoom: Bytes of text that one call has room for.
    ///   - warmUp: Whether it is history, on which a strategy must not act.
    public func push(
        _ events: [TestEvent], rows: Int = 4096, room: Int = 4096, textRoom: Int = 65_536,
        warmUp: Bool = false
    ) throws(TestFailure) -> [TestIntent] {
        precondition(kind == RIALTO_PLUGIN_STRATEGY, "a model is pushed with forecasts(_:)")
        var intents: [TestIntent] = []
        try each(events, rows: rows, warmUp: warmUp) { (batch, rest) throws(TestFailure) in
            let answer = try call(batch, flags: rest, room: room, textRoom: textRoom)
            try check(answer, batch, room: room, textRoom: textRoom, warmUp: warmUp)
            keep(answer.intents)
            intents += answer.intents
            return answer.consumed
        }
        return intents
    }

    /// Lets time pass: hands over the timers that are due by `time_ns`.
    public func advance(to time_ns: Int64) throws(TestFailure) -> [TestIntent] {
        var intents: [TestIntent] = []
        while let next = timers.first, next.time_ns <= time_ns {
            timers.removeFirst()
            intents += try push([.timer(id: next.id, time_ns: max(next.time_ns, now_ns))])
        }
        return intents
    }

    /// Hands events to a model and returns its forecasts, in order.
    public func forecasts(
        _ events: [TestEvent], rows: Int = 4096, room: Int = 4096, warmUp: Bool = false
    ) throws(TestFailure) -> [TestForecast] {
        precondition(kind == RIALTO_PLUGIN_MODEL, "a strategy is pushed with push(_:)")
        var forecasts: [TestForecast] = []
        try each(events, rows: rows, warmUp: warmUp) { (batch, rest) throws(TestFailure) in
            let answer = try callModel(batch, flags: rest, room: room)
            forecasts += answer.forecasts
            return answer.consumed
        }
        return forecasts
    }

    /// Cuts the events into batches and hands them over until all are read.
    private func each(
        _ events: [TestEvent], rows: Int, warmUp: Bool,
        _ hand: (ArraySlice<TestEvent>, UInt32) throws(TestFailure) -> Int
    ) throws(TestFailure) {
        precondition((1...4096).contains(rows), "a batch has 1...4096 rows")
        var queue = inOrder(events)
        precondition(queue.first.map { $0.time_ns >= now_ns } ?? true, "time never falls")
        var next = 0
        while next < queue.count {
            let end = min(next + rows, queue.count)
            let goesOn = end < queue.count && queue[end].time_ns == queue[end - 1].time_ns
            let flags =
                (warmUp ? RIALTO_BATCH_WARM_UP : 0) | (goesOn ? RIALTO_BATCH_MORE_FOLLOWS : 0)
            calls += 1
            next += try hand(queue[next..<end], flags)
            now_ns = queue[next - 1].time_ns
            insertTimers(into: &queue, from: next)
        }
    }

    private func inOrder(_ events: [TestEvent]) -> [TestEvent] {
        var queue = events.enumerated().sorted { a, b in
            a.element.comes(before: b.element)
                || (!b.element.comes(before: a.element) && a.offset < b.offset)
        }.map(\.element)
        insertTimers(into: &queue, from: 0)
        return queue
    }

    /// Moves the timers that are due before the end of the queue into it.
    private func insertTimers(into queue: inout [TestEvent], from next: Int) {
        while let timer = timers.first, let last = queue[next...].last,
            timer.time_ns <= last.time_ns
        {
            timers.removeFirst()
            let event = TestEvent.timer(id: timer.id, time_ns: max(timer.time_ns, now_ns))
            let place = queue[next...].firstIndex { event.comes(before: $0) } ?? queue.count
            queue.insert(event, at: place)
        }
    }

    /// Takes in the timers and stored values of an answer.
    private func keep(_ intents: [TestIntent]) {
        for intent in intents {
            if intent.kind == RIALTO_INTENT_SET { services.stored[intent.key] = intent.text }
            guard intent.kind == RIALTO_INTENT_TIMER else { continue }
            let place = timers.firstIndex { $0.time_ns > intent.expires_ns } ?? timers.count
            timers.insert((id: intent.orderId, time_ns: intent.expires_ns), at: place)
        }
    }
}
