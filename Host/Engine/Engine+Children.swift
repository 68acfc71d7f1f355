import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues

/// The parts of orders that algorithms work: when which is due, and how it meets the market.
extension Engine {
    // MARK: Schedules

    func sliceSchedule(_ algorithm: Algorithm, _ terms: Order.Terms) -> SliceSchedule? {
        let duration = algorithm.lifetime_ns
        let lots = terms.quantity / quantitySteps[terms.instrument]
        let count = SliceSchedule.count(duration_ns: max(1, duration), lots: lots)
        switch algorithm {
        case .twap: return SliceSchedule(start_ns: now_ns, duration_ns: duration, count: count)
        case .vwap:
            return SliceSchedule(
                start_ns: now_ns, duration_ns: duration, count: count,
                curve: meter.curve(terms.instrument))
        case .shortfall(_, let aversion):
            let weights = leastCost(terms, duration, count, aversion)
            return weights.map {
                SliceSchedule(start_ns: now_ns, duration_ns: duration, cumulative: $0)
            } ?? SliceSchedule(start_ns: now_ns, duration_ns: duration, count: count)
        case .participation, .iceberg, .makerTaker, .sides: return nil
        }
    }

    /// The schedule of Almgren and Chriss, from what has passed: the variance of the prices, the
    /// mean volume of a day, and the spread that stands, or that slippage stands for. Nil, which
    /// is an even schedule, where too little is known.
    private func leastCost(
        _ terms: Order.Terms, _ duration_ns: Int64, _ count: Int, _ aversion_e6: Int64
    ) -> [Int64]? {
        let index = terms.instrument
        guard let variance = meter.dailyVariance(index),
            let volume = meter.dailyVolume(index, at: now_ns)
        else { return nil }
        let priceUnit = Self.unit(setup.instruments[index].priceDecimals)
        let quantityUnit = Self.unit(setup.instruments[index].quantityDecimals)
        let price = Double(marks[index]) * priceUnit
        let slipped = price * Double(setup.venue.slippage.e9) * 2e-9
        let step = Double(setup.instruments[index].priceStep) * priceUnit
        let standing = venue.spread(of: index).map { Double($0) * priceUnit }
        let impact = AlmgrenChriss.Impact(
            sigma: variance.squareRoot() * price, spread: max(step, standing ?? slipped),
            dailyVolume: volume * quantityUnit)
        return AlmgrenChriss(
            quantity: Double(terms.quantity) * quantityUnit,
            duration: Double(duration_ns) / 86_400_000_000_000, slices: count, impact: impact,
            aversion: Double(aversion_e6) * 1e-6
        ).cumulative
    }

    private static func unit(_ decimals: Int) -> Double {
        1 / Double(ExactDecimal.power10(decimals) ?? 1)
    }

    // MARK: Parts

    /// Sends what is due of a parent now, and says when to look again.
    mutating func sendPart(_ index: Int) throws(EngineError) {
        guard parents[index].order.phase == .working else { return }
        switch parents[index].order.algorithm {
        case .twap, .vwap, .shortfall: try sendSlice(index)
        case .participation(let rate, _): try participate(index, rate)
        case .iceberg(let shown, let jitter, _): try show(index, shown, jitter)
        case .makerTaker: try rest(index)
        case .sides: try sendSides(index)
        }
    }

    private mutating func sendSlice(_ index: Int) throws(EngineError) {
        let slice = parents[index].slice
        guard var slices = parents[index].schedule, slice < slices.count else { return }
        if case .vwap = parents[index].order.algorithm {
            meter.read(market, to: position)
            slices.revise(from: slice, by: meter.curve(parents[index].terms.instrument))
            parents[index].schedule = slices
        }
        let order = parents[index].order
        let target = slices.target(order.quantity, slice: slice, lot: order.lot)
        parents[index].slice = slice + 1
        if slice + 1 < slices.count { schedulePart(index, .part, slices.time_ns(slice + 1)) }
        try sendChild(of: index, order.child(upTo: target), .work)
    }

    /// Does its share of the volume since it began. It looks again at the first event with volume
    /// after a pause.
    private mutating func participate(_ index: Int, _ rate: Int64) throws(EngineError) {
        meter.read(market, to: position)
        let instrument = parents[index].terms.instrument, order = parents[index].order
        if let next = nextVolume_ns(instrument, from: now_ns + Self.pause_ns) {
            schedulePart(index, .part, next)
        }
        let target = Participation.target(
            volume: meter.volumes[instrument] - parents[index].volumeBefore, rate_e6: rate,
            lot: order.lot)
        try sendChild(of: index, order.child(upTo: target), .take)
    }

    /// The first event not before `time_ns` that may bring volume; nil when none comes. Only its
    /// time is looked at.
    private func nextVolume_ns(_ instrument: Int, from time_ns: Int64) -> Int64? {
        var entry = position
        while entry < market.count {
            let (kind, row) = market.place(entry)
            let isBar = kind == EventKind.bars.rawValue, isTrade = kind == EventKind.trades.rawValue
            if market.times[entry] >= time_ns,
                isBar && market.bar(row) == instrument
                    || isTrade && market.trade(row) == instrument
            {
                return market.times[entry]
            }
            entry += 1
        }
        return nil
    }

    private mutating func show(
        _ index: Int, _ shown: Int64, _ jitter: Int64
    ) throws(EngineError) {
        let order = parents[index].order, terms = parents[index].terms
        guard order.children == 0 else { return }
        let left = order.child(upTo: order.quantity)
        // What is left may be less than the instrument allows.
        guard left > 0 else { return stop(index, .expired, .size) }
        let next = Iceberg.next(
            shown: shown, left: left, jitter_e6: jitter, lot: order.lot,
            using: &parents[index].random)
        try sendChild(
            of: index, next, .rest(price: terms.price, isPostOnly: terms.isPostOnly))
    }

    /// Waits at the best price of its own side, within the limit.
    private mutating func rest(_ index: Int) throws(EngineError) {
        let order = parents[index].order, terms = parents[index].terms
        guard order.children == 0 else { return }
        var price = venue.touch(terms.side, of: terms.instrument) ?? marks[terms.instrument]
        if terms.price > 0 {
            price = terms.side == .buy ? min(price, terms.price) : max(price, terms.price)
        }
        try sendChild(
            of: index, order.child(upTo: order.quantity), .rest(price: price, isPostOnly: true))
    }

    // MARK: Children

    /// Sends a child through cover and risk, or two where one side is closed and another opened.
    /// Returns whether all of it left.
    @discardableResult
    mutating func sendChild(
        of index: Int, _ quantity: Int64, _ style: ChildStyle
    ) throws(EngineError) -> Bool {
        guard quantity > 0 else { return false }
        let owner = instances[parents[index].instance], terms = parents[index].terms
        let closing = closing(terms.side.sign * quantity, terms.instrument, of: owner)
        guard closing > 0 else { return try sendOne(of: index, quantity, style, closes: false) }
        guard try sendOne(of: index, closing, style, closes: true) else { return false }
        guard closing < quantity else { return true }
        return try sendOne(of: index, quantity - closing, style, closes: false)
    }

    private mutating func sendOne(
        of index: Int, _ quantity: Int64, _ style: ChildStyle, closes: Bool
    ) throws(EngineError) -> Bool {
        let parent = parents[index]
        var terms = childTerms(parent.terms, quantity, style)
        if closes { terms.isReduceOnly = true }
        let signed = terms.side.sign * quantity, owner = instances[parent.instance]
        if let reason = coverRefusal(signed, terms.instrument, of: owner)
            ?? refusal(of: terms, account: parent.account)
        {
            recordRefusal(owner, terms.instrument, signed, reason)
            retry(index)
            return false
        }
        parents[index].order.sent(quantity)
        record(child: orderCount, of: parent.number)
        let protection = parent.order.filled == 0 ? parent.protection : nil
        try place(
            OrderSlot(
                number: orderCount, order: Order(purpose: .child, terms: terms),
                account: parent.account, instance: parent.instance, clientId: 0,
                intent: parent.intent,
                claim: Claim(book: owner.pointee.book, quantity: signed),
                isProtecting: protection != nil, parent: index),
            protection.map { OrderExtra(protection: $0) })
        return true
    }

    private func childTerms(
        _ parent: Order.Terms, _ quantity: Int64, _ style: ChildStyle
    ) -> Order.Terms {
        var terms = parent
        terms.quantity = quantity
        terms.expires_ns = 0
        if case .asIs = style {
            if case .goodTillTime = terms.timeInForce { terms.timeInForce = .goodTillCancel }
            return terms
        }
        terms.timeInForce = .goodTillCancel
        terms.isPostOnly = false
        switch style {
        case .work, .asIs: break
        case .take: if terms.type == .limit { terms.timeInForce = .immediateOrCancel }
        case .rest(let price, let isPostOnly):
            terms.type = .limit
            terms.price = price
            terms.isPostOnly = isPostOnly
        }
        return terms
    }

    /// A child has filled, be it in part: tells the parent's owner.
    mutating func childFilled(_ index: Int, venueTime: Int64) throws(EngineError) {
        let isWhole = parents[index].order.left == 0 && unheard(ofParent: index) == 0
        record(parentState: index, isWhole ? .filled : .partlyFilled, .none)
        tell(parent: index, isWhole ? .filled : .partlyFilled, .none, venueTime: venueTime)
        guard isWhole else { return }
        let id = parents[index].clientId, owner = instances[parents[index].instance]
        forget(index)
        try parentFilled(id, owner)
    }

    /// A child is gone; what follows is settled within this time.
    mutating func childGone(_ slot: Int) {
        let index = slots[slot].parent
        parents[index].order.gone(left: slots[slot].order.left)
        parents[index].hasFilledChild = slots[slot].order.left == 0
        if slots[slot].order.left > 0 { parents[index].lastEnd = slots[slot].order.state }
        noteIdle(index)
    }

    /// Lets parents go on whose children are gone.
    mutating func settleParents() throws(EngineError) {
        while !idleParents.isEmpty {
            let (index, number) = idleParents.removeFirst()
            guard parents[index].isLive, parents[index].number == number else { continue }
            parents[index].isIdle = false
            try settle(parent: index)
        }
    }

    private mutating func settle(parent index: Int) throws(EngineError) {
        let order = parents[index].order
        guard order.children == 0 else { return }
        switch order.phase {
        case .working: goOn(index)
        case .closing:
            parents[index].order.phase = .taking
            guard try sendChild(of: index, order.child(upTo: order.quantity), .take) else {
                return finish(index)
            }
        case .taking, .canceling: finish(index)
        }
    }

    /// When an algorithm without a clock of its own looks again: an iceberg shows more after its
    /// pause, and what was refused or taken off is tried again.
    private mutating func goOn(_ index: Int) {
        let isWhole = parents[index].hasFilledChild
        switch parents[index].order.algorithm {
        case .iceberg(_, _, let delay) where isWhole:
            let wait = Iceberg.wait(delay_ns: delay, using: &parents[index].random)
            schedulePart(index, .part, now_ns + wait)
        case .iceberg, .makerTaker: schedulePart(index, .part, now_ns + Self.pause_ns)
        case .sides where parents[index].isRenewed: schedulePart(index, .part, now_ns)
        case .sides: stop(index, parents[index].lastEnd, .none)
        case .twap, .vwap, .shortfall, .participation: break
        }
    }

    /// A child was refused: those without a clock of their own try again later.
    private mutating func retry(_ index: Int) {
        switch parents[index].order.algorithm {
        case .iceberg, .makerTaker: schedulePart(index, .part, now_ns + Self.retry_ns)
        case .twap, .vwap, .shortfall, .participation, .sides: break
        }
    }
}
