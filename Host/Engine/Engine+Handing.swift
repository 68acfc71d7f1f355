import RialtoValues

/// Handing events to instances.
extension Engine {
    /// Hands every instance its history as warm-up.
    mutating func warmUp() {
        for instance in instances {
            if let mailbox = instance.pointee.mailbox {
                warmUp(instance, mailbox)
                continue
            }
            guard instance.pointee.port.historyRows > 0 else { continue }
            var entry = warmUpStart(instance)
            while entry < instance.pointee.start, !instance.pointee.hasEnded {
                let end = min(entry + setup.batchLimit, instance.pointee.start)
                point(instance, from: entry, to: end)
                instance.pointee.batch.pointee.isWarmUp = true
                instance.pointee.batch.pointee.moreFollows =
                    end < instance.pointee.start
                    && instance.pointee.feed.time_ns[end] == instance.pointee.feed.time_ns[end - 1]
                teach(instance, instance.pointee.batch.pointee)
                instance.pointee.batch.pointee.isWarmUp = false
                entry = end
            }
        }
    }

    /// As ``warmUp()``, with what was published during the history of an instance.
    private mutating func warmUp(_ instance: InstanceRef, _ mailbox: SeriesLog) {
        let start = instance.pointee.start, feed = instance.pointee.feed
        forecaster?.advance(start > 0 ? feed.time_ns[start - 1] : .min + 1, forecasts)
        let learns = instance.pointee.port.historyRows > 0
        var at = PairedPlace(entry: learns ? warmUpStart(instance) : start)
        at.number =
            at.entry < start
            ? mailbox.first(from: 0, notBefore: feed.time_ns[at.entry]) : mailbox.count
        let ends = PairedPlace(entry: start, number: mailbox.count)
        while !instance.pointee.hasEnded, at != ends {
            var batch = merger.pairedBatch(feed, mailbox, from: at, to: ends, batchLimit)
            batch.isWarmUp = true
            teach(instance, batch)
            at = merger.place(after: batch.count, from: at)
        }
        instance.pointee.seriesCursor = mailbox.count
    }

    /// Hands over one batch of history.
    private mutating func teach(_ instance: InstanceRef, _ batch: EventBatch) {
        var sink = IntentSink()
        switch instance.pointee.port.onBatch(batch, &sink) {
        case .failed(let why): fail(instance, code: 1, why)
        case .consumed(let count):
            if count != batch.count || sink.intents.contains(where: { $0.kind.stops }) {
                fail(instance, code: 3, "it acted on warm-up events, or left some unread")
            }
        }
    }

    /// The first entry such that every instrument has at least the wanted rows before the run.
    private mutating func warmUpStart(_ instance: InstanceRef) -> Int {
        instance.pointee.feed.warmUpStart(
            before: instance.pointee.start, rows: instance.pointee.port.historyRows,
            of: instance.pointee.instrumentCount, instruments: setup.instruments.count)
    }

    /// Hands every instance what lies before `time`. Returns whether an intent came that takes
    /// effect before `time`, so that the next action is an earlier one.
    mutating func handAll(before time: Int64) -> Bool {
        var earlier = false
        let last = time == .max ? .max : time - 1
        for instance in instances
        where instance.pointee.through_ns < last && !instance.pointee.hasEnded {
            guard instance.pointee.isOpenLoop || instance.pointee.nextIntent_ns == .max else {
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
        guard instance.pointee.kinds.isDisjoint(with: .modelled) || forecaster == nil else {
            return handMerged(instance, before: time)
        }
        let times = instance.pointee.feed.time_ns, count = instance.pointee.feed.count
        let end = Feed.firstRow(times, count, from: instance.pointee.cursor, notBefore: time)
        guard end > instance.pointee.cursor else {
            instance.pointee.through_ns = last
            return
        }
        var stop = end
        while instance.pointee.cursor < stop, !instance.pointee.hasEnded {
            let start = instance.pointee.cursor
            let chunk = min(start + batchLimit, stop)
            point(instance, from: start, to: chunk)
            instance.pointee.batch.pointee.moreFollows =
                chunk < count && times[chunk] == times[chunk - 1]
            let before = instance.pointee.sink.intents.count
            guard let consumed = call(instance, instance.pointee.batch) else { return }
            let next = start + consumed
            instance.pointee.cursor = next
            handed &+= consumed
            let answer = judge(
                instance, since: before, consumed: consumed, entry: start, times: times + start,
                cutsGroup: next < chunk && times[next] == times[next - 1])
            if answer == .isWrong { return }
            if answer == .stops {
                instance.pointee.through_ns = times[next - 1]
                stop = min(stop, Feed.groupEnd(times, count, next - 1))
                if instance.pointee.cursor >= stop {
                    shrinkWindow(read: consumed)
                    return
                }
            }
        }
        if !instance.pointee.hasEnded, stop == end { instance.pointee.through_ns = last }
    }

    /// What the answer to a batch means for the run of events.
    enum Verdict {
        case goesOn, stops
        /// It broke a rule, and the instance was ended.
        case isWrong
    }

    /// Gives each intent since `first` the time of its row, and checks the answer against the
    /// contract: rows in order and read, and no reading on past the group in which it acts.
    ///
    /// - Parameters:
    ///   - consumed: Entries that were read, 1 or more.
    ///   - entry: Entry of the feed that the batch begins with; the row of each intent becomes its
    ///     entry. nil where the batch holds own events too.
    ///   - times: Time of each entry of the batch.
    ///   - cutsGroup: Whether the next entry has the last one's time.
    mutating func judge(
        _ instance: InstanceRef, since first: Int, consumed: Int, entry: Int?,
        times: UnsafePointer<Int64>, cutsGroup: Bool
    ) -> Verdict {
        let isOpenLoop = instance.pointee.isOpenLoop, lastTime = times[consumed - 1]
        var row: UInt32 = 0, stops = false
        let wrong: String? = instance.pointee.sink.intents.withUnsafeMutableBufferPointer {
            for index in first..<$0.count {
                let intent = $0[index].row, kind = $0[index].kind.rawValue
                if intent < row || Int(intent) >= consumed {
                    return "an intent's row is out of order or unread"
                }
                row = intent
                let time = times[Int(row)], stopsAll = $0[index].kind.stopsAll
                $0[index].time_ns = time
                $0[index].row = entry.map { UInt32(truncatingIfNeeded: $0 + Int(row)) } ?? 0
                guard stopsAll || (kind < IntentKind.timer.rawValue && !isOpenLoop) else {
                    continue
                }
                if time != lastTime { return "it read on past the group it acted in" }
                stops = true
            }
            return cutsGroup ? "it stopped inside a time group" : nil
        }
        if let wrong {
            fail(instance, code: 3, wrong)
            return .isWrong
        }
        return stops ? .stops : .goesOn
    }

    /// Calls the plugin. Returns the entries it read, or nil when that ended it.
    mutating func call(
        _ instance: InstanceRef, _ batch: UnsafeMutablePointer<EventBatch>
    ) -> Int? {
        let count = batch.pointee.count
        switch instance.pointee.port.onBatch(batch.pointee, &instance.pointee.sink) {
        case .consumed(let consumed) where consumed > 0 && consumed <= count: return consumed
        case .consumed(let read): fail(instance, code: 3, "it read \(read) of \(count) entries")
        case .failed(let why): fail(instance, code: 1, why)
        }
        return nil
    }

    /// Ends an instance: its intents that have not taken effect are dropped, its orders and
    /// positions follow its account's ``DownPolicy``.
    mutating func fail(_ instance: InstanceRef, code: Int64, _ reason: String) {
        endings.append((instance.pointee.index, reason))
        instance.pointee.hasEnded = true
        instance.pointee.sink.intents.removeSubrange(instance.pointee.head...)
        record(
            event: code, account: instance.pointee.account, instance: instance.pointee.index,
            at: now_ns)
        goDown(instance)
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
        let responses = instance.pointee.responses
        instance.pointee.orderReports.removeAll(keepingCapacity: true)
        instance.pointee.fillReports.removeAll(keepingCapacity: true)
        instance.pointee.timerReports.removeAll(keepingCapacity: true)
        if !responses.isEmpty { instance.pointee.responses.removeAll(keepingCapacity: true) }
        let state =
            own && instance.pointee.kinds.has(.account)
                && (!reports.isEmpty || !fills.isEmpty || !responses.isEmpty
                    || instance.pointee.isAccountDue)
            ? [accountReport(of: instance)] : []
        instance.pointee.isAccountDue = false
        if !instance.pointee.kinds.isDisjoint(with: .modelled) {
            forecaster?.advance(time - 1, forecasts)
        }
        merger.begin(
            instance, reports: reports, fills: fills, account: state, timers: timers,
            responses: responses, now_ns: now_ns, before: time)
        while !instance.pointee.hasEnded, merger.fill(limit: setup.batchLimit, forecasts: forecasts)
        {
            let before = instance.pointee.sink.intents.count
            let answer = merger.withBatch(instance, forecasts: forecasts) {
                instance.pointee.batch.pointee = $0
                defer { instance.pointee.batch.pointee = EventBatch() }
                return call(instance, instance.pointee.batch)
            }
            guard let consumed = answer else { return }
            let last = merger.time(consumed - 1)
            let verdict = judge(
                instance, since: before, consumed: consumed, entry: nil, times: merger.batchTimes,
                cutsGroup: consumed < merger.count && merger.time(consumed) == last)
            if verdict == .isWrong { return }
            merger.consume(consumed)
            if verdict == .stops {
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

    /// Points an instance's batch at feed entries alone.
    private func point(_ instance: InstanceRef, from start: Int, to end: Int) {
        if instance.pointee.feed.kind != nil {
            let feed = instance.pointee.feed
            instance.pointee.batch.pointee = merger.plainBatch(feed, from: start, to: end)
        } else {
            Feed.point(
                &instance.pointee.batch.pointee, at: instance.pointee.feedPlace, from: start,
                to: end)
        }
    }

    private mutating func accountReport(of instance: InstanceRef) -> AccountReport {
        let account = accounts[instance.pointee.account]
        let book = account.ledger.books[instance.pointee.book]
        let held = book.positions.indices.map {
            (instrument: UInt32($0), quantity: known(by: instance, $0))
        }.filter { $0.quantity != 0 }
        let worth = equity(of: book) ?? book.cash, margin = boundMargin(of: instance)
        let free = freeCash(instance.pointee.account, instance.pointee.book) ?? 0
        return AccountReport(
            time_ns: now_ns, cash: book.cash, equity: worth, margin: margin,
            capitalLeft: account.setup.margin == nil ? free : worth - margin,
            isHalted: account.drawdown.isHalted, positions: held)
    }
}
