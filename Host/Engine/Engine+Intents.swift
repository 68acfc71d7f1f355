import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoRisk
import RialtoValues

/// From intents to orders: phases 6 to 9.
extension Engine {
    /// Lets every intent of this time take effect, then nets the targets that changed.
    mutating func takeEffect(at time: Int64) throws(EngineError) {
        for instance in instances {
            while instance.pointee.nextIntent_ns <= time {
                let intent = instance.pointee.sink.intents[instance.pointee.head]
                instance.pointee.head += 1
                record(intent, of: instance)
                try apply(intent, of: instance)
                if !arrived.isEmpty { try matchArrived() }
                instance.pointee.sequence += 1
            }
            instance.pointee.forgetEffectedIntents()
        }
        if hasFaults { try readInbox() }
        if !dirty.isEmpty { try netDirty() }
        if !arrived.isEmpty { try matchArrived() }
        repeat {
            try settle()
            if venue.watchCount > 0 { try closeShort() }
        } while !mail.inbox.isEmpty
    }

    /// Does what this time's changes have led to, until nothing more follows.
    private mutating func settle() throws(EngineError) {
        while !ready.isEmpty || !dirty.isEmpty || !idleParents.isEmpty || !mail.inbox.isEmpty {
            try readInbox()
            try settleParents()
            try sendReady()
            try netDirty()
            try matchArrived()
        }
    }

    private mutating func apply(_ intent: Intent, of instance: InstanceRef) throws(EngineError) {
        switch intent.kind {
        case .target: setTarget(intent, of: instance)
        case .order:
            if intent.link >= 2 {
                wait(intent, of: instance)
            } else {
                try submit(intent, sequence: instance.pointee.sequence, of: instance)
            }
        case .cancel, .replace: try change(intent, of: instance)
        case .timer:
            schedule.add(
                .timer(instance: instance.pointee.index, id: intent.orderId),
                at: max(intent.expireTime_ns, now_ns + 1))
        case .request: try ask(intent, of: instance)
        case .log, .note, .set: break
        }
    }

    // MARK: Targets

    private mutating func setTarget(_ intent: Intent, of instance: InstanceRef) {
        let index = Int(intent.instrument)
        if let reason = formRefusal(intent.quantity, index, of: instance) {
            return refuse(index, intent.quantity, reason, of: instance, orderId: 0)
        }
        var quantity = intent.quantity
        if accounts[instance.pointee.account].capital != nil {
            quantity = scaled(intent.quantity, index, of: instance)
            instance.pointee.saidTargets[index] = (intent.quantity, quantity)
        }
        instance.pointee.targets[index] = quantity
        instance.pointee.targetIntent[index] = instance.pointee.sequence
        setProtection(intent, of: instance)
        markDirty(instance.pointee.account, index)
    }

    /// Why a wanted position is not acceptable at all, or nil.
    private mutating func formRefusal(
        _ quantity: Int64, _ index: Int, of instance: InstanceRef
    ) -> OrderReason? {
        if quantity % quantitySteps[index] != 0 { return .size }
        if quantity < 0, isSpot[index], !instance.pointee.allowsShort { return .short }
        return nil
    }

    mutating func markDirty(_ account: Int, _ instrument: Int) {
        let place = account * valuations.count + instrument
        guard !isDirty[place] else { return }
        isDirty[place] = true
        dirty.append((account, instrument))
    }

    private mutating func netDirty() throws(EngineError) {
        guard !dirty.isEmpty else { return }
        if dirty.count > 1 {
            dirty.sort {
                $0.account != $1.account ? $0.account < $1.account : $0.instrument < $1.instrument
            }
        }
        var index = 0
        while index < dirty.count {
            let pair = dirty[index]
            try net(account: pair.account, instrument: pair.instrument)
            index += 1
        }
        while let pair = dirty.popLast() {
            isDirty[pair.account * valuations.count + pair.instrument] = false
        }
    }

    /// Phase 7: nets all targets of an account in one instrument.
    private mutating func net(account: Int, instrument: Int) throws(EngineError) {
        let range = accounts[account].instances
        if range.count == 1 {
            let instance = instances[range.lowerBound]
            let quantity = sellable(openClaim(instance, instrument), instrument, of: instance)
            guard quantity != 0 else { return }
            let claim = Claim(book: 1, quantity: quantity)
            guard isCovered(claim, account: account, instrument: instrument) else { return }
            guard accounts[account].isPaced else {
                return try send(claim, [], account: account, instrument: instrument, pace: -1)
            }
            return try release([claim], account: account, instrument: instrument)
        }
        var claims: [Claim] = []
        for index in range {
            let instance = instances[index]
            let quantity = sellable(openClaim(instance, instrument), instrument, of: instance)
            guard quantity != 0 else { continue }
            let claim = Claim(book: instance.pointee.book, quantity: quantity)
            guard isCovered(claim, account: account, instrument: instrument) else { continue }
            claims.append(claim)
        }
        guard !claims.isEmpty else { return }
        // What stays side by side on the venue does not meet inside.
        let isHedged = accounts[account].setup.margin?.sides == .hedge
        let staysApart = isHedged && !isSpot[instrument] || hasUnheardStop(account, instrument)
        let price = staysApart ? 0 : crossingPrice(instrument)
        let plan = Netting.plan(claims, crosses: price > 0)
        if !plan.buys.isEmpty { try cross(plan, account, instrument, price) }
        for side in [true, false] {
            let rest = plan.residual.filter { ($0.quantity > 0) == side }
            try release(rest, account: account, instrument: instrument)
        }
    }

    /// What an instance still wants, over what it holds and has under way.
    mutating func openClaim(_ instance: InstanceRef, _ instrument: Int) -> Int64 {
        guard !instance.pointee.hasEnded, let target = instance.pointee.targets[instrument] else {
            return 0
        }
        let held = counted(by: instance, instrument)
        return target - held - instance.pointee.targetInFlight[instrument]
    }

    private mutating func crossingPrice(_ instrument: Int) -> Int64 {
        switch setup.crossing {
        case .none: 0
        case .open: venue.mid(of: instrument) ?? opens[instrument]
        case .close: venue.mid(of: instrument) ?? marks[instrument]
        }
    }

    mutating func cross(
        _ plan: NettingPlan, _ account: Int, _ instrument: Int, _ price: Int64
    )
        throws(EngineError)
    {
        do throws(LedgerError) {
            try accounts[account].ledger.cross(
                instrument: instrument, price: price, buys: plan.buys, sells: plan.sells)
        } catch { throw .ledger(error, time_ns: now_ns) }
        for (side, shares) in [(Side.buy, plan.buys), (Side.sell, plan.sells)] {
            for share in shares {
                let instance = instances[accounts[account].instances.lowerBound + share.book - 1]
                recordCrossing(instance, instrument, side.sign * share.quantity, price)
                report(
                    fillOf: instance, order: 0, instrument, side, .internal, price, share.quantity,
                    fee: 0, venueTime: now_ns)
            }
        }
        for shares in [plan.buys, plan.sells] {
            for share in shares {
                let instance = instances[accounts[account].instances.lowerBound + share.book - 1]
                guardFill(instance, instrument, price: price)
                try protect(instance, instrument, from_ns: now_ns)
                trim(instance, instrument)
            }
        }
        crossingCount += 1
        if hasFaults { endExceeding(account, instrument) }
        if hasContracts { watchMargins(account) }
    }

    // MARK: Cover

    /// Whether the instance's own money covers the claim; refuses it when not.
    private mutating func isCovered(_ claim: Claim, account: Int, instrument: Int) -> Bool {
        let instance = instances[accounts[account].instances.lowerBound + claim.book - 1]
        let reason =
            targetRefusal(claim.quantity, instrument, of: instance)
            ?? coverRefusal(claim.quantity, instrument, of: instance)
        guard let reason else { return true }
        refuse(instrument, claim.quantity, reason, of: instance, orderId: 0)
        return false
    }

    /// Why an instance's capital does not cover a change of its position, or nil. What reduces a
    /// position is always covered. Who may borrow covers the furthest that it could come to: an
    /// order of its own on the other side may never fill.
    mutating func coverRefusal(
        _ quantity: Int64, _ instrument: Int, of instance: InstanceRef
    )
        -> OrderReason?
    {
        let account = instance.pointee.account, book = instance.pointee.book
        let isBorrowing = hasContracts || instance.pointee.allowsShort
        var after = counted(by: instance, instrument)
        if isBorrowing {
            guard let most = furthest(quantity, instrument, of: instance) else { return nil }
            after = most
        } else {
            let held = after
            after += instance.pointee.inFlight[instrument] + quantity
            if after >= 0, after <= held { return nil }
        }
        guard marks[instrument] > 0 else { return .noPrice }
        let added = notional(
            instrument, price: marks[instrument], quantity: Int64(quantity.magnitude), account)
        guard let added, let fee = try? setup.venue.fees.highestTaker.applied(to: added) else {
            return .overflow
        }
        if isBorrowing { return bindingRefusal(instance, instrument, after: after, fee) }
        guard let left = freeCash(account, book) else { return .overflow }
        return left < added + fee ? .capital : nil
    }

    /// Tells the instance, and the record, that what it asked for does not happen.
    mutating func refuse(
        _ instrument: Int, _ quantity: Int64, _ reason: OrderReason, of instance: InstanceRef,
        orderId: UInt64
    ) {
        recordRefusal(instance, instrument, quantity, reason)
        report(
            orderOf: instance,
            OrderReport(
                time_ns: now_ns, venueTime_ns: now_ns, orderId: orderId,
                instrument: UInt32(instrument), state: .rejected, side: quantity < 0 ? .sell : .buy,
                reason: reason, price: 0, quantity: Int64(clamping: quantity.magnitude), filled: 0))
    }

    // MARK: Orders

    /// Sends the order that nets `first` and `others`, which are on one side.
    ///
    /// - Parameters:
    ///   - isClosing: It only closes what they hold, in an account that keeps its sides apart.
    ///   - pace: The pace whose part it is; -1 of none.
    /// - Returns: Whether it left.
    @discardableResult
    mutating func sendNetted(
        _ first: Claim, _ others: [Claim], account: Int, instrument: Int, isClosing: Bool,
        pace: Int
    )
        throws(EngineError) -> Bool
    {
        let total = others.reduce(first.quantity) { $0 + $1.quantity }
        let side: Side = total > 0 ? .buy : .sell
        let terms = Order.Terms(
            instrument: instrument, side: side, type: .market, timeInForce: .goodTillCancel,
            isPostOnly: false, isReduceOnly: isClosing, quantity: Int64(total.magnitude), price: 0,
            trigger: 0, expires_ns: 0)
        let lower = accounts[account].instances.lowerBound
        if let reason = refusal(of: terms, account: account) {
            for claim in [first] + others {
                refuse(
                    instrument, claim.quantity, reason, of: instances[lower + claim.book - 1],
                    orderId: 0)
            }
            return false
        }
        let owner = others.isEmpty ? lower + first.book - 1 : -1
        let intent = instances[lower + first.book - 1].pointee.targetIntent[instrument]
        let number = orderCount
        try place(
            OrderSlot(
                number: number, order: Order(purpose: .netted, terms: terms), account: account,
                instance: owner, clientId: 0, intent: intent, claim: first, others: others.count),
            others.isEmpty ? nil : OrderExtra(claims: others))
        if pace >= 0 { record(child: number, of: pace) }
        return true
    }

    /// Phase 8: why an order must not leave, or nil. Every order passes here.
    ///
    /// - Parameter isWhole: It leaves in parts, for which the limits of one order hold.
    mutating func refusal(
        of terms: Order.Terms, account: Int, isProtective: Bool = false, isWhole: Bool = false
    ) -> OrderReason? {
        let instrument = terms.instrument, isFree = isProtective
        let price = terms.price > 0 ? terms.price : terms.trigger
        let market = marks[instrument]
        if isClosed[instrument] { return .closed }
        guard
            let notional = notional(
                instrument, price: max(market, price), quantity: terms.quantity, account)
        else { return .overflow }
        let before =
            accounts[account].ledger.account.positions[instrument].quantity
            - unheard(account, instrument)
        let (after, over) = before.addingReportingOverflow(terms.side.sign * terms.quantity)
        if over { return .overflow }
        let quantityMax = accounts[account].setup.limits.orderQuantityMax[instrument]
        let positionMax = accounts[account].setup.limits.positionMax[instrument]
        let notionalMax = accounts[account].setup.limits.orderNotionalMax
        let band = accounts[account].setup.limits.priceBand_e9
        let reason = checks.refusal(
            RiskView(
                quantity: terms.quantity, quantityStep: quantitySteps[instrument],
                quantityMax: isFree || isWhole ? 0 : quantityMax, notional: notional,
                notionalMax: isFree || isWhole ? 0 : notionalMax, worth: worth(of: terms, account),
                worthMin: isFree || terms.isReduceOnly ? 0 : setup.venue.notionalMin, price: price,
                market: market, band_e9: isFree ? 0 : band, positionBefore: before,
                positionAfter: after,
                positionMax: isFree ? 0 : positionMax,
                isHalted: isFree ? false : accounts[account].drawdown.isHalted))
        if reason == .none, !isFree, hasContracts,
            let refusal = venueRefusal(instrument, from: before, to: after, account)
        {
            return refusal
        }
        if isWhole { return reason == .none ? nil : reason }
        return reason == .none ? exchangeRefusal(of: terms) : reason
    }

    /// Phase 9: the order leaves. It reaches the venue after the order latency.
    mutating func place(
        _ slot: OrderSlot, _ extra: OrderExtra? = nil, arrives_ns: Int64? = nil
    ) throws(EngineError) {
        let number = slot.number, account = slot.account
        let isNetted = slot.order.purpose.isNetted
        let index = keep(slot, extra)
        if isNetted { narrowProtection(at: index) }
        if isRemote(index) { return try dispatch(index, number, arrives_ns: arrives_ns) }
        let time = arrives_ns ?? orderArrival_ns(account)
        if time <= now_ns {
            try arrive(index, number, at: time)
        } else {
            schedule.add(.arrival(slot: index, number: number), at: time)
        }
    }

    /// Gives an order a slot, records it and sets aside what it may cost.
    mutating func keep(_ slot: OrderSlot, _ extra: OrderExtra?) -> Int {
        let client = slot.clientId, owner = slot.instance
        orderCount += 1
        let index = slots.add(slot, extra)
        record(order: index)
        hold(index)
        if client != 0 { instances[owner].pointee.ownOrders[client] = index }
        return index
    }

    /// Sets aside what the order may cost, and counts its claims as under way.
    mutating func hold(_ index: Int) {
        let terms = slots[index].order.terms, purpose = slots[index].order.purpose
        let account = slots[index].account
        slots[index].reserved = hold(slots[index].claim, terms, purpose, account: account)
        guard slots[index].isShared else { return }
        for claim in slots.extra(index).claims {
            let reserved = hold(claim, terms, purpose, account: account)
            slots.change(extra: index) { $0.reserved.append(reserved) }
        }
    }

    private mutating func hold(
        _ claim: Claim, _ terms: Order.Terms, _ purpose: OrderPurpose, account: Int
    ) -> Int128 {
        guard !purpose.isClosing else { return 0 }
        let instrument = terms.instrument
        let instance = instances[accounts[account].instances.lowerBound + claim.book - 1]
        instance.pointee.change(inFlight: instrument, by: claim.quantity, purpose, terms.side)
        guard terms.side == .buy else { return 0 }
        let price =
            terms.price > 0 ? terms.price : terms.trigger > 0 ? terms.trigger : marks[instrument]
        guard
            let value = notional(instrument, price: price, quantity: claim.quantity, account),
            let fee = try? setup.venue.fees.highestTaker.applied(to: value)
        else { return 0 }
        accounts[account].ledger.reserve(value + fee, book: claim.book)
        return value + fee
    }

    /// Gives back what an order still holds: it is done.
    mutating func release(_ index: Int) {
        guard !slots[index].order.purpose.isClosing else { return }
        release(slots[index].claim, slots[index].reserved, of: index)
        guard slots[index].isShared else { return }
        let extra = slots.extra(index)
        for (claim, reserved) in zip(extra.claims, extra.reserved) {
            release(claim, reserved, of: index)
        }
    }

    private mutating func release(_ claim: Claim, _ reserved: Int128, of index: Int) {
        let account = slots[index].account, instrument = slots[index].order.terms.instrument
        if reserved != 0 { accounts[account].ledger.reserve(-reserved, book: claim.book) }
        let instance = instances[accounts[account].instances.lowerBound + claim.book - 1]
        instance.pointee.change(
            inFlight: instrument, by: -claim.quantity, slots[index].order.purpose,
            slots[index].order.terms.side)
    }

    /// An explicit order of one instance.
    mutating func submit(
        _ intent: Intent, sequence: Int, of instance: InstanceRef, bracket: UInt64 = 0
    ) throws(EngineError) {
        let index = Int(intent.instrument)
        let link = bracket != 0 ? bracket : intent.link == 1 ? intent.linkId : 0
        if intent.algorithm != 0 {
            return try startParent(intent, sequence: sequence, link: link, of: instance)
        }
        let terms = Order.Terms(intent), signed = intent.side.sign * intent.quantity
        if let reason = explicitRefusal(intent, terms, link: link, of: instance) {
            return refuse(index, signed, reason, of: instance, orderId: intent.orderId)
        }
        if isCut(signed, index, of: instance) {
            return try startCut(intent, terms, sequence: sequence, link: link, of: instance)
        }
        let protection = Protection(intent)
        try place(
            OrderSlot(
                number: orderCount, order: Order(purpose: .explicit, terms: terms),
                account: instance.pointee.account, instance: instance.pointee.index,
                clientId: intent.orderId, intent: sequence,
                claim: Claim(book: instance.pointee.book, quantity: signed),
                isProtecting: !protection.isNone, linkId: link),
            protection.isNone ? nil : OrderExtra(protection: protection))
    }

    private mutating func explicitRefusal(
        _ intent: Intent, _ terms: Order.Terms, link: UInt64, of instance: InstanceRef
    ) -> OrderReason? {
        guard isConsistent(terms) else { return .unsupported }
        if isTaken(intent.orderId, by: instance) { return .duplicate }
        return termsRefusal(terms, link: link, except: -1, of: instance)
    }

    /// Whether an order's terms make sense together: what only adds liquidity waits at a limit.
    func isConsistent(_ terms: Order.Terms) -> Bool {
        let isImmediate =
            terms.timeInForce == .immediateOrCancel || terms.timeInForce == .fillOrKill
        if terms.isPostOnly, isImmediate || terms.type != .limit { return false }
        return !(isImmediate && terms.type.rawValue >= OrderType.stop.rawValue)
            && (terms.timeInForce != .goodTillTime || terms.expires_ns > 0)
    }

    /// Why an explicit order with these terms must not work, or nil.
    ///
    /// - Parameter except: Slot of an order that it replaces; -1 when none.
    mutating func termsRefusal(
        _ terms: Order.Terms, link: UInt64, except: Int, of instance: InstanceRef
    ) -> OrderReason? {
        let index = terms.instrument, signed = terms.side.sign * terms.quantity
        if terms.isReduceOnly, !mayReduce(signed, index, of: instance) { return .position }
        if signed < 0, isLongOnly(instance, index) {
            let sells = sellsUnderWay(
                instance, index, adding: (link, terms.quantity), except: except)
            let leaving = leaving(instance, index)
            if counted(by: instance, index) + leaving - sells < 0 { return .short }
        }
        return coverRefusal(signed, index, of: instance)
            ?? refusal(of: terms, account: instance.pointee.account)
    }

    /// Cancel or replace of an order of the instance's own.
    private mutating func change(
        _ intent: Intent, of instance: InstanceRef
    ) throws(EngineError) {
        if changeWaiting(intent, of: instance) || changeParent(intent, of: instance) { return }
        guard let index = instance.pointee.ownOrders[intent.orderId] else {
            return refuse(
                Int(intent.instrument), 0, .unknownOrder, of: instance, orderId: intent.orderId)
        }
        if hasFaults {
            return intent.kind == .cancel
                ? sendCancel(index, .none) : sendReplace(index, intent)
        }
        let time = orderArrival_ns(instance.pointee.account)
        let action: DueAction =
            intent.kind == .cancel
            ? .cancel(slot: index, number: slots[index].number)
            : .replace(
                slot: index, number: slots[index].number, price: intent.price,
                trigger: intent.triggerPrice,
                quantity: intent.quantity)
        if time <= now_ns { try act(action) } else { schedule.add(action, at: time) }
    }
}
