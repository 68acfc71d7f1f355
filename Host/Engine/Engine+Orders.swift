import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues

/// What happens to orders at the venue, and what their owners are told.
extension Engine {
    /// Everything whose time has come, in the order in which it was put in.
    mutating func releaseDue(at time: Int64) throws(EngineError) {
        try readInbox()
        while let action = schedule.pop(dueAt: time) {
            if case .timeStop(let instance, let instrument, let opened) = action {
                try timeIsUp(instances[instance], instrument, opened)
            } else {
                try act(action)
                try matchArrived()
                try readInbox()
            }
        }
    }

    /// Lets one due action happen now.
    mutating func act(_ action: DueAction) throws(EngineError) {
        switch action {
        case .arrival(let slot, let number): try arrive(slot, number, at: now_ns)
        case .cancel(let slot, let number): end(slot, number, .canceled, reason: .none)
        case .expiry(let slot, let number): end(slot, number, .expired, reason: .none)
        case .replace(let slot, let number, let price, let trigger, let quantity):
            try replace(slot, number, price: price, trigger: trigger, quantity: quantity)
        case .orderReport(let instance, let report):
            instances[instance].pointee.orderReports.append(report)
        case .fillReport(let instance, let report):
            instances[instance].pointee.fillReports.append(report)
        case .timer(let instance, let id):
            instances[instance].pointee.timerReports.append(TimerReport(time_ns: now_ns, id: id))
        case .response(let instance, let report):
            instances[instance].pointee.responses.append(report)
        case .accountReport(let instance):
            instances[instance].pointee.isAccountDue = true
        case .parent(let index, let number, let due):
            try act(onParent: index, number: number, due)
        case .pace(let key, let number, let account, let instrument):
            wake(pace: key, number: number, account, instrument)
        case .capitalReview(let account): try reviewCapital(account)
        case .mail(let message): try read(message)
        case .timeStop: break
        }
    }

    /// Whether the slot still holds the order with this number.
    func isLive(_ index: Int, _ number: Int) -> Bool {
        index >= 0 && index < slots.count && slots[index].isLive && slots[index].number == number
    }

    /// The order reaches the venue and works from now on.
    mutating func arrive(_ index: Int, _ number: Int, at time: Int64) throws(EngineError) {
        guard isLive(index, number) else { return }
        if isClosed[slots[index].order.terms.instrument] {
            return end(index, number, .rejected, reason: .closed)
        }
        if hasFaults, exceeds(index) { return end(index, number, .rejected, reason: .position) }
        let isProtective = slots[index].order.purpose.isProtective
        if !isProtective, venue.refusesNext() {
            return end(index, number, .rejected, reason: .venue)
        }
        if setup.venue.notionalMin > 0, isBelowMinimum(index) {
            return end(index, number, .rejected, reason: .minimum)
        }
        guard (try? slots[index].order.apply(.accepted)) != nil else { return }
        let terms = slots[index].order.terms, instrument = terms.instrument
        guard !preventsSelfTrade(index, number) else { return }
        slots[index].isWorking = true
        venue.accept(terms, order: index, at: time, last: marks[instrument])
        recordState(index, reason: .none)
        tellExchange(index, price: 0, quantity: 0, fee: 0)
        if isRemote(index) {
            say(.accepted, of: index)
        } else {
            tell(index, .accepted, .none, at: max(time, now_ns))
        }
        if terms.timeInForce == .goodTillTime, terms.expires_ns > 0 {
            schedule.add(
                .expiry(slot: index, number: number), at: max(terms.expires_ns, now_ns + 1))
        }
        // Without anything on display there is nothing to take, and seldom anything to end.
        if isStanding[instrument] || venue.hasEndings { arrived.append((index, number)) }
    }

    /// Keeps an account from trading with itself. Returns whether the order that came is gone.
    ///
    /// Protective orders are left alone: they only close what is held.
    private mutating func preventsSelfTrade(_ index: Int, _ number: Int) -> Bool {
        guard case .explicit = slots[index].order.purpose else { return false }
        let rule = setup.venue.selfTrade
        if case .allow = rule { return false }
        guard venue.mayMeet(slots[index].order.terms) else { return false }
        let account = slots[index].account
        let own = venue.met(by: slots[index].order.terms).filter {
            guard case .explicit = slots[$0].order.purpose else { return false }
            return slots[$0].account == account
        }
        guard !own.isEmpty else { return false }
        // Another instance may have been told events past this time: its order stays.
        let owner = slots[index].instance
        guard case .cancelResting = rule, own.allSatisfy({ slots[$0].instance == owner }) else {
            recordState(index, reason: .none)
            end(index, number, .expired, reason: .selfTrade)
            return true
        }
        for other in own { end(other, slots[other].number, .expired, reason: .selfTrade) }
        return false
    }

    /// Lets orders that have just arrived take what is displayed. Orders never do so by themselves:
    /// a fill books, and what books may place orders. Nobody else's order fills here: an instance
    /// may have been handed events past this time already.
    mutating func matchArrived() throws(EngineError) {
        guard !arrived.isEmpty else { return }
        var index = 0
        while index < arrived.count {
            let (slot, number) = arrived[index]
            index += 1
            guard isLive(slot, number), !venue.isHalted(slots[slot].order.terms.instrument) else {
                continue
            }
            while isLive(slot, number),
                let fill = venue.nextStandingFill(
                    venueTime_ns: now_ns, time_ns: now_ns,
                    instrument: slots[slot].order.terms.instrument, only: slot)
            {
                try book(fill, at: now_ns, protectFrom_ns: now_ns)
            }
            drainEndings()
        }
        arrived.removeAll(keepingCapacity: true)
    }

    /// Ends the orders that the venue took off by their own terms.
    mutating func drainEndings() {
        guard venue.hasEndings else { return }
        for ending in venue.takeEndings() {
            end(ending.order, slots[ending.order].number, .expired, reason: ending.reason)
        }
    }

    /// The order ends without being filled whole.
    mutating func end(_ index: Int, _ number: Int, _ event: OrderEvent, reason: OrderReason) {
        guard isLive(index, number), slots[index].order.left > 0 else { return }
        // The venue has ended it, and the host has yet to hear of that.
        if hasFaults, slots[index].order.state.isTerminal { return }
        if slots[index].isWorking {
            _ = venue.cancel(order: index, instrument: slots[index].order.terms.instrument)
        }
        guard (try? slots[index].order.apply(event)) != nil else { return }
        if case .canceled = event { cancelsSoFar += 1 }
        recordState(index, reason: reason)
        tellExchange(index, price: 0, quantity: 0, fee: 0)
        if isRemote(index) { return say(.ended(event, reason), of: index) }
        tell(index, slots[index].order.state, reason, at: now_ns)
        let client = slots[index].clientId, owner = slots[index].instance
        let filled = slots[index].order.filled
        free(index)
        if client != 0 { parentEnded(client, filled: filled, of: instances[owner]) }
    }

    mutating func free(_ index: Int) {
        release(index)
        if slots[index].parent >= 0 { childGone(index) }
        let client = slots[index].clientId
        if client != 0 { instances[slots[index].instance].pointee.ownOrders[client] = nil }
        slots.remove(index)
    }

    /// New terms for an order; it goes to the end of its queue under the same id.
    mutating func replace(
        _ index: Int, _ number: Int, price: Int64, trigger: Int64, quantity: Int64
    ) throws(EngineError) {
        guard isLive(index, number) else { return }
        let slot = slots[index], protection = slots.extra(index).protection
        var terms = slot.order.terms
        if price > 0, terms.price > 0 { terms.price = price }
        if trigger > 0, terms.trigger > 0 { terms.trigger = trigger }
        terms.quantity = quantity > 0 ? quantity : slot.order.left
        let owner = instances[slot.instance]
        release(index)
        let isCut = isCut(terms.side.sign * terms.quantity, terms.instrument, of: owner)
        let reason =
            isCut
            ? .position : termsRefusal(terms, link: slot.linkId, except: index, of: owner)
        hold(index)
        if let reason {
            if isRemote(index) { return say(.replaceRefused(reason), of: index) }
            return tell(index, .rejected, reason, at: now_ns)
        }
        let children = instances[slot.instance].pointee.takeChildren(of: slot.clientId)
        if isRemote(index) {
            mail.replacing = mail.keys[number]
            giveWay(index)
        } else {
            end(index, number, .canceled, reason: .none)
        }
        instances[slot.instance].pointee.waiting += children
        let signed = terms.side.sign * terms.quantity
        try place(
            OrderSlot(
                number: orderCount, order: Order(purpose: slot.order.purpose, terms: terms),
                account: slot.account, instance: slot.instance, clientId: slot.clientId,
                intent: slot.intent, claim: Claim(book: slot.claim.book, quantity: signed),
                isProtecting: protection != nil, linkId: slot.linkId),
            protection.map { OrderExtra(protection: $0) }, arrives_ns: now_ns)
    }

    // MARK: Fills

    /// Books a fill of the venue: ledger, shares, reports, protection.
    ///
    /// - Parameter protectFrom_ns: From when protective orders of this fill work without latency.
    mutating func book(_ fill: VenueFill, at time: Int64, protectFrom_ns: Int64) throws(EngineError)
    {
        let index = fill.order, number = slots[index].number
        guard slots[index].isLive else { throw .order(number: index, time_ns: time) }
        do throws(OrderError) {
            try slots[index].order.apply(.filled(quantity: fill.quantity))
        } catch {
            throw .order(number: slots[index].number, time_ns: time)
        }
        let instrument = slots[index].order.terms.instrument, parent = slots[index].parent
        if parent >= 0 { parents[parent].order.fill(fill.quantity) }
        let fee = try fee(of: fill, instrument: instrument, slots[index].account, at: time)
        let booked = LedgerFill(
            instrument: instrument, side: slots[index].order.terms.side, price: fill.price,
            quantity: fill.quantity, fee: fee)
        if hasFaults { noteFree(index) }
        if !slots[index].isShared {
            try enter(booked, whole: index, fill, protectFrom_ns: protectFrom_ns)
        } else {
            try enter(booked, split: index, fill, protectFrom_ns: protectFrom_ns)
        }
        if hasFaults { mail.isBooking = false }
        fillCount += 1
        // What the fill led to may have ended the order, and its place may be another's by now.
        guard isLive(index, number) else { return }
        recordState(index, reason: .none)
        tellExchange(
            index, price: fill.price, quantity: fill.quantity, fee: fee)
        let isRemote = isRemote(index)
        if isRemote {
            say(
                .executed(fill: fillCount - 1, price: fill.price, quantity: fill.quantity),
                of: index, venueTime: fill.venueTime_ns)
        } else {
            tell(index, slots[index].order.state, .none, at: time, venueTime: fill.venueTime_ns)
        }
        let link = parent < 0 ? slots[index].linkId : parents[parent].linkId
        let owner = slots[index].instance
        let client = slots[index].clientId
        let others = owner < 0 ? [slots[index].claim] + slots.extra(index).claims : []
        let account = slots[index].account, lower = accounts[account].instances.lowerBound
        if link != 0, !isRemote { cancelLinked(link, of: owner, but: index, parent) }
        if !isRemote, slots[index].order.left == 0 {
            free(index)
            if client != 0 { try parentFilled(client, instances[owner]) }
        }
        if parent >= 0, !isRemote { try childFilled(parent, venueTime: fill.venueTime_ns) }
        if owner >= 0, !isRemote { trim(instances[owner], instrument) }
        for claim in others where !isRemote {
            trim(instances[lower + claim.book - 1], instrument)
        }
        if hasFaults { endExceeding(account, instrument) }
        if hasContracts { watchMargins(account) }
    }

    private mutating func fee(
        of fill: VenueFill, instrument: Int, _ account: Int, at time: Int64
    ) throws(EngineError) -> Int128 {
        do throws(LedgerError) {
            let value = try valuations[instrument].notional(
                price: fill.price, quantity: fill.quantity)
            let purpose = slots[fill.order].order.purpose
            if purpose.isForced { return try forcedFee(purpose, of: value, account) }
            if let flatFees {
                let rate = fill.liquidity == .maker ? flatFees.maker : flatFees.taker
                return try rate.applied(to: value)
            }
            let traded = accounts[account].traded.total
            accounts[account].traded.add(
                inHome(value, of: instrument, account) ?? 0, at: time)
            return try setup.venue.fees.rate(fill.liquidity, traded: traded).applied(to: value)
        } catch { throw .ledger(error, time_ns: time) }
    }

    /// What closing by force costs: a liquidation its own rate, the end of an instrument nothing.
    private func forcedFee(
        _ purpose: OrderPurpose, of value: Int128, _ account: Int
    ) throws(LedgerError) -> Int128 {
        guard case .liquidation = purpose else { return 0 }
        return try accounts[account].setup.margin?.liquidationFee.applied(to: value) ?? 0
    }

    /// Books a fill that belongs to one instance.
    private mutating func enter(
        _ booked: LedgerFill, whole index: Int, _ fill: VenueFill, protectFrom_ns: Int64
    ) throws(EngineError) {
        let account = slots[index].account, book = slots[index].claim.book
        do throws(LedgerError) { try accounts[account].ledger.apply(booked, book: book) } catch {
            throw .ledger(error, time_ns: now_ns)
        }
        record(fill, booked, index)
        try settle(
            FillShare(book: book, quantity: booked.quantity), fee: booked.fee, booked, index, fill,
            protectFrom_ns: protectFrom_ns)
    }

    /// Books a fill that several instances share.
    private mutating func enter(
        _ booked: LedgerFill, split index: Int, _ fill: VenueFill, protectFrom_ns: Int64
    ) throws(EngineError) {
        let claims = [slots[index].claim] + slots.extra(index).claims
        let shares = Netting.shares(of: booked.quantity, among: claims)
        let fees: [Int128]
        do throws(LedgerError) {
            fees = try accounts[slots[index].account].ledger.apply(booked, shares: shares)
        } catch { throw .ledger(error, time_ns: now_ns) }
        record(fill, booked, index)
        for (share, fee) in zip(shares, fees) {
            try settle(share, fee: fee, booked, index, fill, protectFrom_ns: protectFrom_ns)
        }
    }

    /// Tells one instance its part of a fill, and takes it off what the order still owes.
    private mutating func settle(
        _ share: FillShare, fee: Int128, _ booked: LedgerFill, _ index: Int, _ fill: VenueFill,
        protectFrom_ns: Int64
    ) throws(EngineError) {
        let lower = accounts[slots[index].account].instances.lowerBound
        let instance = instances[lower + share.book - 1]
        let purpose = slots[index].order.purpose, isClosing = purpose.isClosing
        if !isClosing {
            let signed = booked.side.sign * share.quantity
            instance.pointee.change(
                inFlight: booked.instrument, by: -signed, purpose, booked.side)
            take(signed, from: share.book, index)
        }
        recordShare(instance, booked.instrument, share.quantity, fee, index)
        report(
            fillOf: instance, order: ownId(index), booked.instrument, booked.side,
            fill.liquidity, fill.price, share.quantity, fee: fee, venueTime: fill.venueTime_ns)
        if hasFaults, mail.isBooking {
            return bookUnheard(
                BookedFill(
                    instance: instance.pointee.index, instrument: booked.instrument,
                    signed: booked.side.sign * share.quantity, price: fill.price,
                    purpose: purpose,
                    free: (freeCash(instance.pointee.account, share.book) ?? 0)
                        - (mail.freeBefore[share.book] ?? 0)))
        }
        guardFill(instance, booked.instrument, price: fill.price)
        if slots[index].hasExtra, let protection = slots.extra(index).protection {
            adopt(protection, instance, booked.instrument)
        }
        if isClosing, instance.pointee.targets[booked.instrument] != nil {
            // Netting would reopen what has just been closed.
            let held = held(by: instance, booked.instrument)
            instance.pointee.targets[booked.instrument] =
                held == 0 ? 0 : held + instance.pointee.targetInFlight[booked.instrument]
            markDirty(instance.pointee.account, booked.instrument)
        } else if booked.side == .buy, isLongOnly(instance, booked.instrument),
            openClaim(instance, booked.instrument) < 0
        {
            // A sale that waited for this buy can go on.
            markDirty(instance.pointee.account, booked.instrument)
        }
        try protect(instance, booked.instrument, from_ns: protectFrom_ns)
    }

    /// Takes a filled share off the order's claim, so that ending it later gives back the rest
    /// only.
    private mutating func take(_ quantity: Int64, from book: Int, _ index: Int) {
        if slots[index].claim.book == book {
            let left = slots[index].claim.quantity - quantity
            slots[index].reserved = kept(
                slots[index].reserved, of: slots[index].account, book, left: left,
                of: slots[index].claim.quantity)
            slots[index].claim = Claim(book: book, quantity: left)
        } else if let other = slots.extra(index).claims.firstIndex(where: { $0.book == book }) {
            let extra = slots.extra(index), before = extra.claims[other].quantity
            let reserved = kept(
                extra.reserved[other], of: slots[index].account, book, left: before - quantity,
                of: before)
            slots.change(extra: index) {
                $0.reserved[other] = reserved
                $0.claims[other] = Claim(book: book, quantity: before - quantity)
            }
        }
    }

    /// Gives back the part of what a partly filled order set aside that its fill has used.
    ///
    /// - Returns: What stays set aside.
    private mutating func kept(
        _ reserved: Int128, of account: Int, _ book: Int, left: Int64, of before: Int64
    ) -> Int128 {
        guard left != 0, reserved != 0 else { return reserved }
        let kept =
            (try? Rounding.scaled(
                reserved, by: Int128(left.magnitude), over: Int128(before.magnitude)))
        guard let kept else { return reserved }
        accounts[account].ledger.reserve(kept - reserved, book: book)
        return kept
    }

    /// One of a linked group has filled, be it in part: the others go.
    ///
    /// - Parameter parent: Place of the parent whose child it was; -1 of any other order.
    private mutating func cancelLinked(
        _ link: UInt64, of owner: Int, but filled: Int, _ parent: Int
    ) {
        for index in parents.indices where index != parent {
            guard parents[index].isLive, parents[index].instance == owner,
                parents[index].linkId == link
            else { continue }
            drop(parent: index, .linked)
        }
        for index in slots.indices where index != filled {
            guard slots[index].isLive, slots[index].instance == owner, slots[index].linkId == link
            else { continue }
            end(index, slots[index].number, .canceled, reason: .linked)
        }
    }

    // MARK: Reports

    /// Tells the owner of an order what became of it, after the report latency.
    mutating func tell(
        _ index: Int, _ state: OrderState, _ reason: OrderReason, at time: Int64,
        venueTime: Int64? = nil
    ) {
        guard slots[index].instance >= 0, slots[index].parent < 0,
            !slots[index].order.purpose.isNetted
        else { return }
        let terms = slots[index].order.terms
        report(
            orderOf: instances[slots[index].instance],
            OrderReport(
                time_ns: time, venueTime_ns: venueTime ?? time, orderId: slots[index].clientId,
                instrument: UInt32(terms.instrument), state: state, side: terms.side,
                reason: reason,
                price: terms.price, quantity: terms.quantity, filled: slots[index].order.filled))
    }

    mutating func report(orderOf instance: InstanceRef, _ report: OrderReport) {
        guard !instance.pointee.isOpenLoop, instance.pointee.kinds.has(.ownOrders) else {
            return
        }
        var report = report
        report.time_ns = reportArrival_ns(instance.pointee.account)
        if report.time_ns <= now_ns {
            instance.pointee.orderReports.append(report)
        } else {
            schedule.add(.orderReport(instance: instance.pointee.index, report), at: report.time_ns)
        }
    }

    mutating func report(
        fillOf instance: InstanceRef, order: UInt64, _ instrument: Int, _ side: Side,
        _ liquidity: Liquidity, _ price: Int64, _ quantity: Int64, fee: Int128, venueTime: Int64
    ) {
        guard !instance.pointee.isOpenLoop, instance.pointee.kinds.has(.fills) else {
            return
        }
        let held = accounts[instance.pointee.account].ledger.books[instance.pointee.book]
            .positions[instrument].quantity
        let isBooking = hasFaults && mail.isBooking
        let report = FillReport(
            time_ns: isBooking ? now_ns : reportArrival_ns(instance.pointee.account),
            venueTime_ns: venueTime,
            orderId: order,
            instrument: UInt32(instrument), side: side, liquidity: liquidity, price: price,
            quantity: quantity, position: held, fee: fee)
        if isBooking {
            mail.fills.append((instance.pointee.index, report))
        } else if report.time_ns <= now_ns {
            instance.pointee.fillReports.append(report)
        } else {
            schedule.add(.fillReport(instance: instance.pointee.index, report), at: report.time_ns)
        }
    }
}

extension Instance {
    /// Counts what orders under way will add to the position; not those that only protect it.
    mutating func change(
        inFlight instrument: Int, by quantity: Int64, _ purpose: OrderPurpose, _ side: Side
    ) {
        inFlight[instrument] += quantity
        guard purpose.isNetted else {
            if side == .sell { ownSells[instrument] -= quantity }
            return
        }
        targetInFlight[instrument] += quantity
        if side == .sell { targetSells[instrument] -= quantity }
    }
}
