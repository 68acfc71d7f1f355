import RialtoValues

/// Handing events to instances.
extension Engine {
    /// Hands every instance its history as warm-up.
    mutating func warmUp() {
        for instance in instances where instance.pointee.port.historyRows > 0 {
            var entry = warmUpStart(instance)
            while entry < instance.pointee.setup.start, !instance.pointee.hasEnded {
                let end = min(entry + setup.batchLimit, instance.pointee.setup.start)
                var batch = plainBatch(instance.pointee.feed, from: entry, to: end)
                batch.isWarmUp = true
                batch.moreFollows =
                    end < instance.pointee.setup.start
                    && instance.pointee.feed.time_ns[end] == instance.pointee.feed.time_ns[end - 1]
                var sink = IntentSink()
                switch instance.pointee.port.onBatch(batch, &sink) {
                case .failed(let why): fail(instance, code: 1, why)
                case .consumed(let count):
                    if count != end - entry || sink.intents.contains(where: { $0.kind.stops }) {
                        fail(instance, code: 3, "it acted on warm-up events, or left some unread")
                    }
                }
                entry = end
            }
        }
    }

    /// The first entry such that every instrument has at least the wanted rows before the run.
    private mutating func warmUpStart(_ instance: InstanceRef) -> Int {
        let feed = instance.pointee.feed
        var missing = Array(
            repeating: instance.pointee.port.historyRows, count: setup.instruments.count)
        var open = instance.pointee.setup.instruments.count
        var entry = instance.pointee.setup.start
        while entry > 0, open > 0 {
            entry -= 1
            if feed.isBeside(entry) { continue }
            let instrument = feed.instrument(entry)
            missing[instrument] -= 1
            if missing[instrument] == 0 { open -= 1 }
        }
        while entry > 0, feed.time_ns[entry - 1] == feed.time_ns[entry] { entry -= 1 }
        return entry
    }

    /// Hands every instance what lies before `time`. Returns whether an intent came that takes
    /// effect before `time`, so that the next action is an earlier one.
    mutating func handAll(before time: Int64) -> Bool {
        var earlier = false
        let last = time == .max ? .max : time - 1
        for instance in instances
        where instance.pointee.through_ns < last && !instance.pointee.hasEnded {
            guard instance.pointee.port.isOpenLoop || instance.pointee.nextIntent_ns == .max else {
                continue
            }
            hand(instance, before: time)
            if instance.pointee.nextIntent_ns < time { earlier = true }
        }
        return earlier
    }

    /// Hands one instance its events before `time`, until it stops.
    private mutating func hand(_ instance: InstanceRef, before time: Int64) {
        let last = time == .max ? .max : time - 1
        guard !instance.pointee.port.kinds.has(.forecasts) || forecaster == nil else {
            return handMerged(instance, before: time)
        }
        let end = instance.pointee.feed.firstEntry(from: instance.pointee.cursor, notBefore: time)
        guard end > instance.pointee.cursor else {
            instance.pointee.through_ns = last
            return
        }
        let feed = instance.pointee.feed
        var stop = end
        while instance.pointee.cursor < stop, !instance.pointee.hasEnded {
            let start = instance.pointee.cursor
            let chunk = min(start + setup.batchLimit, stop)
            var batch = plainBatch(feed, from: start, to: chunk)
            batch.moreFollows = chunk < feed.count && feed.time_ns[chunk] == feed.time_ns[chunk - 1]
            let before = instance.pointee.sink.intents.count
            guard let consumed = call(instance, batch) else { return }
            instance.pointee.cursor = start + consumed
            handed &+= consumed
            for index in before..<instance.pointee.sink.intents.count {
                let row = Int(instance.pointee.sink.intents[index].row)
                instance.pointee.sink.intents[index].time_ns =
                    feed.time_ns[start + min(row, consumed - 1)]
            }
            guard
                follows(
                    instance, since: before, consumed: consumed, of: chunk - start,
                    lastTime: feed.time_ns[instance.pointee.cursor - 1],
                    cutsGroup: instance.pointee.cursor < chunk
                        && feed.time_ns[instance.pointee.cursor]
                            == feed.time_ns[instance.pointee.cursor - 1]
                )
            else { return }
            if stops(instance, since: before) {
                instance.pointee.through_ns = feed.time_ns[instance.pointee.cursor - 1]
                stop = min(stop, feed.groupEnd(instance.pointee.cursor - 1))
                if instance.pointee.cursor >= stop {
                    shrinkWindow(read: consumed)
                    return
                }
            }
        }
        if !instance.pointee.hasEnded, stop == end { instance.pointee.through_ns = last }
    }

    /// Whether the answer since intent `first` obeys the contract; ends the instance when not.
    mutating func follows(
        _ instance: InstanceRef, since first: Int, consumed: Int, of count: Int, lastTime: Int64,
        cutsGroup: Bool
    ) -> Bool {
        var row: UInt32 = 0
        for intent in instance.pointee.sink.intents[first...] {
            let late = intent.row < row || Int(intent.row) >= consumed
            let stops =
                instance.pointee.port.isOpenLoop
                ? intent.kind == .timer : intent.kind.stops
            if late { return fail(instance, code: 3, "an intent's row is out of order or unread") }
            if stops, intent.time_ns != lastTime {
                return fail(instance, code: 3, "it read on past the group it acted in")
            }
            row = intent.row
        }
        if cutsGroup { return fail(instance, code: 3, "it stopped inside a time group") }
        return true
    }

    /// Whether an intent since `first` ends the run of events.
    mutating func stops(_ instance: InstanceRef, since first: Int) -> Bool {
        for intent in instance.pointee.sink.intents[first...] where intent.kind.stops {
            if !instance.pointee.port.isOpenLoop || intent.kind == .timer { return true }
        }
        return false
    }

    /// Calls the plugin. Returns the entries it read, or nil when that ended it.
    mutating func call(_ instance: InstanceRef, _ batch: borrowing EventBatch) -> Int? {
        let count = batch.count
        switch instance.pointee.port.onBatch(batch, &instance.pointee.sink) {
        case .consumed(let consumed) where consumed > 0 && consumed <= count: return consumed
        case .consumed(let read): fail(instance, code: 3, "it read \(read) of \(count) entries")
        case .failed(let why): fail(instance, code: 1, why)
        }
        return nil
    }

    /// Ends an instance: its intents that have not taken effect are dropped, its orders are
    /// canceled, its positions stay.
    @discardableResult
    mutating func fail(_ instance: InstanceRef, code: Int64, _ reason: String) -> Bool {
        endings.append((instance.pointee.index, reason))
        instance.pointee.hasEnded = true
        instance.pointee.sink.intents.removeSubrange(instance.pointee.head...)
        record(
            event: code, account: instance.pointee.account, instance: instance.pointee.index,
            at: now_ns)
        cancelAll(of: instance)
        return false
    }

    /// Phase 2 and 6: hands the group of `time`, own events first, to whoever has not read it.
    mutating func deliverGroup(at time: Int64) throws(EngineError) {
        for instance in instances where !instance.pointee.hasEnded {
            if instance.pointee.hasOwnEvents {
                handMerged(instance, before: time + 1)
            } else if instance.pointee.through_ns < time {
                hand(instance, before: time + 1)
            }
        }
    }

    /// Delivers reports that came of this time's own orders. Returns whether there were any.
    mutating func deliverReports(at time: Int64) throws(EngineError) -> Bool {
        var any = false
        for instance in instances where instance.pointee.hasOwnEvents && !instance.pointee.hasEnded
        {
            any = true
            handMerged(instance, before: time + 1)
        }
        return any
    }

    /// Hands own events (of the present time) and then market events and forecasts before `time`.
    private mutating func handMerged(_ instance: InstanceRef, before time: Int64) {
        let own = instance.pointee.hasOwnEvents
        let reports = instance.pointee.orderReports, fills = instance.pointee.fillReports
        let timers = instance.pointee.timerReports
        instance.pointee.orderReports.removeAll(keepingCapacity: true)
        instance.pointee.fillReports.removeAll(keepingCapacity: true)
        instance.pointee.timerReports.removeAll(keepingCapacity: true)
        let state =
            own && instance.pointee.port.kinds.has(.account)
                && (!reports.isEmpty || !fills.isEmpty || instance.pointee.isAccountDue)
            ? [accountReport(of: instance)] : []
        instance.pointee.isAccountDue = false
        if instance.pointee.port.kinds.has(.forecasts) { forecaster?.advance(time - 1, forecasts) }
        merger.begin(
            instance, reports: reports, fills: fills, account: state, timers: timers,
            now_ns: now_ns,
            before: time)
        while !instance.pointee.hasEnded, merger.fill(limit: setup.batchLimit, forecasts: forecasts)
        {
            let before = instance.pointee.sink.intents.count
            let answer = merger.withBatch(instance, forecasts: forecasts) { call(instance, $0) }
            guard let consumed = answer else { return }
            for index in before..<instance.pointee.sink.intents.count {
                let row = min(Int(instance.pointee.sink.intents[index].row), consumed - 1)
                instance.pointee.sink.intents[index].time_ns = merger.time(row)
            }
            let last = merger.time(consumed - 1)
            guard
                follows(
                    instance, since: before, consumed: consumed, of: merger.count, lastTime: last,
                    cutsGroup: consumed < merger.count && merger.time(consumed) == last)
            else { return }
            merger.consume(consumed)
            if stops(instance, since: before) {
                instance.pointee.through_ns = last
                merger.limit(to: last)
                if !merger.hasMore(forecasts: forecasts) {
                    merger.end(instance)
                    shrinkWindow(read: consumed)
                    return
                }
            }
        }
        if instance.pointee.hasEnded { return }
        merger.end(instance)
        instance.pointee.through_ns = max(instance.pointee.through_ns, merger.reached_ns)
    }

    /// A batch of feed entries alone.
    func plainBatch(_ feed: Feed, from start: Int, to end: Int) -> EventBatch {
        if feed.kind != nil { return merger.plainBatch(feed, from: start, to: end) }
        return feed.slice(from: start, to: end)
    }

    private mutating func accountReport(of instance: InstanceRef) -> AccountReport {
        let account = accounts[instance.pointee.account]
        let book = account.ledger.books[instance.pointee.book]
        let held = book.positions.enumerated().filter { $0.element.quantity != 0 }
            .map { (instrument: UInt32($0.offset), quantity: $0.element.quantity) }
        let worth = equity(of: book) ?? book.cash, margin = boundMargin(of: instance)
        let free = freeCash(of: book) ?? 0
        return AccountReport(
            time_ns: now_ns, cash: book.cash, equity: worth, margin: margin,
            capitalLeft: account.setup.margin == nil ? free : worth - margin,
            isHalted: account.drawdown.isHalted, positions: held)
    }
}
