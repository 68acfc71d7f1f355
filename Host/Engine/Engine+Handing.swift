import RialtoValues

/// Handing events to instances.
extension Engine {
    /// Hands every instance its history as warm-up.
    func warmUp() {
        for instance in instances where instance.port.historyRows > 0 {
            var entry = warmUpStart(instance)
            while entry < instance.setup.start, !instance.hasEnded {
                let end = min(entry + setup.batchLimit, instance.setup.start)
                var batch = plainBatch(instance.feed, from: entry, to: end)
                batch.isWarmUp = true
                batch.moreFollows = end < instance.setup.start
                    && instance.feed.time_ns[end] == instance.feed.time_ns[end - 1]
                var sink = IntentSink()
                switch instance.port.onBatch(batch, &sink) {
                case .failed: fail(instance, code: 1)
                case .consumed(let count):
                    if count != end - entry || sink.intents.contains(where: { $0.kind.stops }) {
                        fail(instance, code: 3)
                    }
                }
                entry = end
            }
        }
    }

    /// The first entry such that every instrument has at least the wanted rows before the run.
    private func warmUpStart(_ instance: Instance) -> Int {
        let feed = instance.feed
        var missing = Array(repeating: instance.port.historyRows, count: setup.instruments.count)
        var open = instance.setup.instruments.count
        var entry = instance.setup.start
        while entry > 0, open > 0 {
            entry -= 1
            let instrument = instrumentOf(feed, entry)
            missing[instrument] -= 1
            if missing[instrument] == 0 { open -= 1 }
        }
        while entry > 0, feed.time_ns[entry - 1] == feed.time_ns[entry] { entry -= 1 }
        return entry
    }

    private func instrumentOf(_ feed: Feed, _ entry: Int) -> Int {
        if let one = feed.oneInstrument { return Int(one) }
        let (kind, row) = feed.place(entry)
        if kind == EventKind.bars.rawValue, let bars = feed.bars { return Int(bars.instrument[row]) }
        if kind == EventKind.trades.rawValue, let trades = feed.trades {
            return Int(trades.instrument[row])
        }
        if let quotes = feed.quotes { return Int(quotes.instrument[row]) }
        return 0
    }

    /// Hands every instance what lies before `time`. Returns whether an intent came that takes effect
    /// before `time`, so that the next action is an earlier one.
    func handAll(before time: Int64) -> Bool {
        var earlier = false
        let last = time == .max ? .max : time - 1
        for instance in instances where instance.through_ns < last && !instance.hasEnded {
            guard instance.port.isOpenLoop || instance.nextIntent_ns == .max else { continue }
            hand(instance, before: time)
            if instance.nextIntent_ns < time { earlier = true }
        }
        return earlier
    }

    /// Hands one instance its events before `time`, until it stops.
    private func hand(_ instance: Instance, before time: Int64) {
        let last = time == .max ? .max : time - 1
        guard !instance.port.kinds.has(.forecasts) || forecaster == nil else {
            return handMerged(instance, before: time)
        }
        let feed = instance.feed
        let end = feed.firstEntry(from: instance.cursor, notBefore: time)
        var stop = end
        while instance.cursor < stop, !instance.hasEnded {
            let start = instance.cursor
            let chunk = min(start + setup.batchLimit, stop)
            var batch = plainBatch(feed, from: start, to: chunk)
            batch.moreFollows = chunk < feed.count && feed.time_ns[chunk] == feed.time_ns[chunk - 1]
            let before = instance.sink.intents.count
            guard let consumed = call(instance, batch) else { return }
            instance.cursor = start + consumed
            for index in before..<instance.sink.intents.count {
                let row = Int(instance.sink.intents[index].row)
                instance.sink.intents[index].time_ns = feed.time_ns[start + min(row, consumed - 1)]
            }
            guard follows(
                instance, since: before, consumed: consumed, of: chunk - start,
                lastTime: feed.time_ns[instance.cursor - 1],
                cutsGroup: instance.cursor < chunk
                    && feed.time_ns[instance.cursor] == feed.time_ns[instance.cursor - 1])
            else { return }
            if stops(instance, since: before) {
                instance.through_ns = feed.time_ns[instance.cursor - 1]
                stop = min(stop, feed.groupEnd(instance.cursor - 1))
                if instance.cursor >= stop {
                    shrinkWindow(read: consumed)
                    return
                }
            }
        }
        if !instance.hasEnded, stop == end { instance.through_ns = last }
    }

    /// Whether the answer since intent `first` obeys the contract; ends the instance when not.
    func follows(
        _ instance: Instance, since first: Int, consumed: Int, of count: Int, lastTime: Int64,
        cutsGroup: Bool
    ) -> Bool {
        var row: UInt32 = 0
        for intent in instance.sink.intents[first...] {
            let late = intent.row < row || Int(intent.row) >= consumed
            let ran = !instance.port.isOpenLoop && intent.kind.stops && intent.time_ns != lastTime
            if late || ran { return fail(instance, code: 3) }
            row = intent.row
        }
        if cutsGroup { return fail(instance, code: 3) }
        return true
    }

    /// Whether an intent since `first` ends the run of events.
    func stops(_ instance: Instance, since first: Int) -> Bool {
        for intent in instance.sink.intents[first...] where intent.kind.stops {
            if !instance.port.isOpenLoop || intent.kind == .timer { return true }
        }
        return false
    }

    /// Calls the plugin. Returns the entries it read, or nil when that ended it.
    func call(_ instance: Instance, _ batch: borrowing EventBatch) -> Int? {
        let count = batch.count
        switch instance.port.onBatch(batch, &instance.sink) {
        case .consumed(let consumed) where consumed > 0 && consumed <= count: return consumed
        case .consumed: fail(instance, code: 3)
        case .failed: fail(instance, code: 1)
        }
        return nil
    }

    /// Ends an instance: its intents that have not taken effect are dropped, its orders are canceled,
    /// its positions stay.
    @discardableResult
    func fail(_ instance: Instance, code: Int64) -> Bool {
        instance.hasEnded = true
        instance.sink.intents.removeSubrange(instance.head...)
        record(event: code, account: instance.account, instance: instance.index, at: now_ns)
        cancelAll(of: instance)
        return false
    }

    /// Phase 2 and 6: hands the group of `time`, own events first, to whoever has not read it.
    func deliverGroup(at time: Int64) throws(EngineError) {
        for instance in instances where !instance.hasEnded {
            if instance.hasOwnEvents {
                handMerged(instance, before: time + 1)
            } else if instance.through_ns < time {
                hand(instance, before: time + 1)
            }
        }
    }

    /// Delivers reports that came of this time's own orders. Returns whether there were any.
    func deliverReports(at time: Int64) throws(EngineError) -> Bool {
        var any = false
        for instance in instances where instance.hasOwnEvents && !instance.hasEnded {
            any = true
            handMerged(instance, before: time + 1)
        }
        return any
    }

    /// Hands own events (of the present time) and then market events and forecasts before `time`.
    private func handMerged(_ instance: Instance, before time: Int64) {
        let own = instance.hasOwnEvents
        let reports = instance.orderReports, fills = instance.fillReports
        let timers = instance.timerReports
        instance.orderReports.removeAll(keepingCapacity: true)
        instance.fillReports.removeAll(keepingCapacity: true)
        instance.timerReports.removeAll(keepingCapacity: true)
        let state = own && instance.port.kinds.has(.account) && !(reports.isEmpty && fills.isEmpty)
            ? [accountReport(of: instance)] : []
        if instance.port.kinds.has(.forecasts) { forecaster?.advance(time - 1, forecasts) }
        merger.begin(
            instance, reports: reports, fills: fills, account: state, timers: timers, now_ns: now_ns,
            before: time)
        while !instance.hasEnded, merger.fill(limit: setup.batchLimit, forecasts: forecasts) {
            let before = instance.sink.intents.count
            let answer = merger.withBatch(instance, forecasts: forecasts) { call(instance, $0) }
            guard let consumed = answer else { return }
            for index in before..<instance.sink.intents.count {
                let row = min(Int(instance.sink.intents[index].row), consumed - 1)
                instance.sink.intents[index].time_ns = merger.time(row)
            }
            let last = merger.time(consumed - 1)
            guard follows(
                instance, since: before, consumed: consumed, of: merger.count, lastTime: last,
                cutsGroup: consumed < merger.count && merger.time(consumed) == last)
            else { return }
            merger.consume(consumed)
            if stops(instance, since: before) {
                instance.through_ns = last
                merger.limit(to: last)
                if !merger.hasMore(forecasts: forecasts) {
                    merger.end(instance)
                    shrinkWindow(read: consumed)
                    return
                }
            }
        }
        if instance.hasEnded { return }
        merger.end(instance)
        instance.through_ns = max(instance.through_ns, merger.reached_ns)
    }

    /// A batch of feed entries alone.
    func plainBatch(_ feed: Feed, from start: Int, to end: Int) -> EventBatch {
        if feed.kind != nil { return merger.plainBatch(feed, from: start, to: end) }
        var batch = EventBatch()
        batch.count = end - start
        batch.singleKind = feed.singleKind?.rawValue ?? 0
        let fixed = feed.oneInstrument != nil
        batch.bars = feed.bars?.advanced(by: start, count: end - start, fixed: fixed)
        batch.trades = feed.trades?.advanced(by: start, count: end - start, fixed: fixed)
        batch.quotes = feed.quotes?.advanced(by: start, count: end - start, fixed: fixed)
        return batch
    }

    private func accountReport(of instance: Instance) -> AccountReport {
        let account = accounts[instance.account]
        let book = account.ledger.books[instance.book]
        let held = book.positions.enumerated().filter { $0.element.quantity != 0 }
            .map { (instrument: UInt32($0.offset), quantity: $0.element.quantity) }
        let worth = equity(of: book) ?? book.cash
        return AccountReport(
            time_ns: now_ns, cash: book.cash, equity: worth, margin: 0,
            capitalLeft: book.cash - book.reserved, isHalted: account.drawdown.isHalted,
            positions: held)
    }
}
