import RialtoExecution
import RialtoOrders
import RialtoValues

/// Orders that an algorithm works: parents, whose children are ordinary orders.
///
/// A parent is checked once, as a whole, and sets its sales aside as a whole; each child passes
/// cover and risk on its own, and one that does not is caught up on with the next. What is due at a
/// known time is in the schedule; what follows from a child's end is settled within the same time.
extension Engine {
    /// How long a parent waits after a child was taken off, and between two looks at the volume,
    /// in nanoseconds.
    static let pause_ns: Int64 = 1_000_000_000
    /// How long it waits after a child was refused.
    static let retry_ns: Int64 = 60_000_000_000

    /// An order with an algorithm takes effect.
    mutating func startParent(
        _ intent: Intent, sequence: Int, link: UInt64, of instance: InstanceRef
    ) throws(EngineError) {
        let instrument = Int(intent.instrument), signed = intent.side.sign * intent.quantity
        let terms = Order.Terms(intent)
        let algorithm = Algorithm(
            number: intent.algorithm, duration_ns: intent.algorithmDuration_ns,
            quantity: intent.algorithmQuantity, rate_e6: Int64(intent.algorithmRate_e6))
        guard let algorithm, canWork(terms, algorithm),
            knowsEnough(algorithm, instrument)
        else {
            return refuse(instrument, signed, .unsupported, of: instance, orderId: intent.orderId)
        }
        if let reason = isTaken(intent.orderId, by: instance)
            ? .duplicate : parentRefusal(terms, link: link, of: instance)
        {
            return refuse(instrument, signed, reason, of: instance, orderId: intent.orderId)
        }
        let protection = Protection(intent)
        try begin(
            algorithm, terms, id: intent.orderId, sequence: sequence, link: link,
            protection.isNone ? nil : protection, of: instance)
    }

    /// Whether an algorithm can work such an order: at the market or within a limit, and not for an
    /// instant. What only adds liquidity is for icebergs alone.
    private func canWork(_ terms: Order.Terms, _ algorithm: Algorithm) -> Bool {
        let isPlain =
            (terms.type == .market || terms.type == .limit)
            && (terms.timeInForce == .goodTillCancel
                || terms.timeInForce == .goodTillTime && terms.expires_ns > 0)
        guard case .iceberg = algorithm else { return isPlain && !terms.isPostOnly }
        return isPlain && terms.type == .limit
    }

    /// Whether a run tells what an algorithm follows: a share of the volume needs volumes.
    private func knowsEnough(_ algorithm: Algorithm, _ instrument: Int) -> Bool {
        guard case .participation = algorithm else { return true }
        return meter.knowsVolume(of: instrument)
    }

    /// Whether an order of the instance's own has that id already.
    func isTaken(_ id: UInt64, by instance: InstanceRef) -> Bool {
        instance.pointee.ownOrders[id] != nil
            || !instance.pointee.parents.isEmpty && instance.pointee.parents[id] != nil
    }

    /// Why the whole of an order must not be worked, or nil. Limits of single orders do not count:
    /// they hold for the children.
    private mutating func parentRefusal(
        _ terms: Order.Terms, link: UInt64, of instance: InstanceRef
    ) -> OrderReason? {
        let index = terms.instrument, signed = terms.side.sign * terms.quantity
        guard marks[index] > 0 else { return .noPrice }
        if terms.isReduceOnly, !mayReduce(signed, index, of: instance) { return .position }
        if signed < 0, isLongOnly(instance, index) {
            let sells = sellsUnderWay(instance, index, adding: (link, terms.quantity), except: -1)
            if counted(by: instance, index) + leaving(instance, index) - sells < 0 { return .short }
        }
        return coverRefusal(signed, index, of: instance)
            ?? refusal(of: terms, account: instance.pointee.account, isWhole: true)
    }

    mutating func begin(
        _ algorithm: Algorithm, _ terms: Order.Terms, id: UInt64, sequence: Int,
        link: UInt64, _ protection: Protection?, of instance: InstanceRef
    ) throws(EngineError) {
        meter.read(market, to: position)
        let number = parentCount
        parentCount += 1
        let parent = ParentState(
            number: number, account: instance.pointee.account, instance: instance.pointee.index,
            clientId: id, linkId: link, intent: sequence, terms: terms,
            order: ParentOrder(
                algorithm, quantity: terms.quantity, lot: quantitySteps[terms.instrument]),
            protection: protection, schedule: sliceSchedule(algorithm, terms),
            volumeBefore: meter.volumes[terms.instrument],
            random: SeededGenerator(
                seed: setup.venue.seed ^ (UInt64(number) &+ 1) &* 0x9E37_79B9_7F4A_7C15))
        let index = parents.firstIndex { !$0.isLive } ?? parents.count
        if index == parents.count { parents.append(parent) } else { parents[index] = parent }
        instance.pointee.parents[id] = index
        record(parent: index)
        tell(parent: index, .accepted, .none)
        if algorithm.lifetime_ns > 0 { schedulePart(index, .end, now_ns + algorithm.lifetime_ns) }
        if terms.timeInForce == .goodTillTime { schedulePart(index, .expiry, terms.expires_ns) }
        try sendPart(index)
    }

    /// One look for a child at a time is enough: of two, each would bring two more.
    mutating func schedulePart(_ index: Int, _ due: ParentDue, _ time_ns: Int64) {
        let time_ns = max(time_ns, now_ns + 1)
        if case .part = due {
            guard time_ns < parents[index].partDue_ns else { return }
            parents[index].partDue_ns = time_ns
        }
        schedule.add(.parent(index: index, number: parents[index].number, due), at: time_ns)
    }

    /// Something is due for a parent.
    mutating func act(onParent index: Int, number: Int, _ due: ParentDue) throws(EngineError) {
        guard parents[index].isLive, parents[index].number == number else { return }
        switch due {
        case .part:
            // One that was to be later than another is done with by that one.
            guard parents[index].partDue_ns <= now_ns else { return }
            parents[index].partDue_ns = .max
            try sendPart(index)
        case .end: close(index)
        case .expiry: stop(index, .expired, .none)
        }
    }

    // MARK: Ends

    /// The algorithm's time is up: the rest goes to the market, or the order ends.
    private mutating func close(_ index: Int) {
        guard parents[index].order.phase == .working else { return }
        guard parents[index].order.algorithm.takesRest else { return stop(index, .expired, .none) }
        parents[index].order.phase = .closing
        cancelChildren(of: index, sparesTakers: true)
    }

    /// Sends no more children; the parent ends when those that are out are gone.
    mutating func stop(_ index: Int, _ state: OrderState, _ reason: OrderReason) {
        guard parents[index].order.phase != .canceling else { return }
        parents[index].order.phase = .canceling
        parents[index].outcome = (state, reason)
        cancelChildren(of: index, sparesTakers: false)
    }

    /// Takes the children off, as a cancel of the owner's would.
    private mutating func cancelChildren(of index: Int, sparesTakers: Bool) {
        noteIdle(index)
        for slot in slots.indices where slots[slot].isLive && slots[slot].parent == index {
            if sparesTakers, slots[slot].order.terms.type == .market { continue }
            if hasFaults {
                sendCancel(slot, .none)
                continue
            }
            let number = slots[slot].number, time = orderArrival_ns(slots[slot].account)
            if time <= now_ns {
                end(slot, number, .canceled, reason: .none)
            } else {
                schedule.add(.cancel(slot: slot, number: number), at: time)
            }
        }
    }

    /// What follows when a parent's children are gone is settled within this time.
    mutating func noteIdle(_ index: Int) {
        guard !parents[index].isIdle else { return }
        parents[index].isIdle = true
        idleParents.append((index, parents[index].number))
    }

    /// Ends a parent and its children now: the host itself takes them off.
    mutating func drop(parent index: Int, _ reason: OrderReason) {
        guard !parents[index].isDropped else { return }
        parents[index].isDropped = true
        parents[index].order.phase = .canceling
        parents[index].outcome = (.canceled, reason)
        for slot in slots.indices where slots[slot].isLive && slots[slot].parent == index {
            end(slot, slots[slot].number, .canceled, reason: reason)
        }
        // Those that are not known to be gone end it when they are.
        if parents[index].order.children == 0 { finish(index) }
    }

    /// The parent ends without being filled whole.
    mutating func finish(_ index: Int) {
        let (state, reason) = parents[index].outcome
        record(parentState: index, state, reason)
        tell(parent: index, state, reason)
        let id = parents[index].clientId, filled = parents[index].order.filled
        let owner = instances[parents[index].instance]
        forget(index)
        parentEnded(id, filled: filled, of: owner)
    }

    mutating func forget(_ index: Int) {
        instances[parents[index].instance].pointee.parents[parents[index].clientId] = nil
        parents[index].isLive = false
    }

    /// After a position changed: ends parents that may only reduce and no longer would, and those
    /// that sell, the newest first, what is no longer there.
    mutating func trimParents(_ instance: InstanceRef, _ instrument: Int) {
        let own = instance.pointee.parents.values.filter {
            parents[$0].terms.instrument == instrument && parents[$0].order.left > 0
        }.sorted { parents[$0].number > parents[$1].number }
        for index in own where parents[index].terms.isReduceOnly {
            let signed = parents[index].terms.side.sign * parents[index].order.left
            if !reduces(signed, known(by: instance, instrument)) { takeBack(parent: index) }
        }
        trimClosing(instance, instrument)
        guard isLongOnly(instance, instrument) else { return }
        var excess = excessSells(instance, instrument)
        for index in own where parents[index].isLive && parents[index].terms.side == .sell {
            guard excess > 0 else { return }
            let left = parents[index].order.left
            takeBack(parent: index)
            excess = hasFaults ? excess - left : excessSells(instance, instrument)
        }
    }

    /// Ends a parent that has nothing left to sell or reduce; over a bad line it asks for it.
    private mutating func takeBack(parent index: Int) {
        if hasFaults { stop(index, .canceled, .position) } else { drop(parent: index, .position) }
    }

    // MARK: The owner

    /// Cancels or replaces a parent. Returns whether there is one with that id.
    mutating func changeParent(_ intent: Intent, of instance: InstanceRef) -> Bool {
        guard !instance.pointee.parents.isEmpty,
            let index = instance.pointee.parents[intent.orderId]
        else { return false }
        guard intent.kind == .replace else {
            stop(index, .canceled, .none)
            return true
        }
        var terms = parents[index].terms
        if intent.quantity > 0 { terms.quantity = intent.quantity }
        if intent.price > 0, terms.price > 0 { terms.price = intent.price }
        if intent.triggerPrice > 0, terms.trigger > 0 { terms.trigger = intent.triggerPrice }
        if let reason = replaceRefusal(index, terms, of: instance) {
            tell(parent: index, .rejected, reason)
            return true
        }
        parents[index].terms = terms
        parents[index].isRenewed = true
        record(parent: index)
        cancelChildren(of: index, sparesTakers: true)
        tell(parent: index, .accepted, .none)
        return true
    }

    /// Why a parent cannot have these terms, or nil once it has that quantity.
    private mutating func replaceRefusal(
        _ index: Int, _ terms: Order.Terms, of instance: InstanceRef
    ) -> OrderReason? {
        let order = parents[index].order
        guard order.phase == .working, terms.quantity % order.lot == 0 else {
            return order.phase == .working ? .size : .unsupported
        }
        var more = terms
        // What is sold is set aside as a whole; what is bought is paid by children under way.
        let paid = terms.side == .buy ? order.held : 0
        more.quantity = terms.quantity - order.filled - paid
        if more.quantity > 0 {
            parents[index].isLive = false
            let reason = parentRefusal(more, link: parents[index].linkId, of: instance)
            parents[index].isLive = true
            if let reason { return reason }
        }
        return parents[index].order.resize(terms.quantity) ? nil : .size
    }

    /// Places of an instance's parents that may still sell of an instrument.
    func sellingParents(_ instance: InstanceRef, _ instrument: Int) -> [Int] {
        instance.pointee.parents.values.filter {
            parents[$0].isLive && !parents[$0].isDropped && parents[$0].terms.side == .sell
                && parents[$0].terms.instrument == instrument
        }
    }

    /// The id under which an instance knows an order: that of its parent, where it has one.
    func ownId(_ slot: Int) -> UInt64 {
        slots[slot].parent < 0 ? slots[slot].clientId : parents[slots[slot].parent].clientId
    }

    mutating func tell(
        parent index: Int, _ state: OrderState, _ reason: OrderReason, venueTime: Int64? = nil
    ) {
        let parent = parents[index]
        report(
            orderOf: instances[parent.instance],
            OrderReport(
                time_ns: now_ns, venueTime_ns: venueTime ?? now_ns, orderId: parent.clientId,
                instrument: UInt32(parent.terms.instrument), state: state, side: parent.terms.side,
                reason: reason, price: parent.terms.price, quantity: parent.order.quantity,
                filled: parent.order.filled - unheard(ofParent: index)))
    }

    // MARK: Records

    private mutating func record(parent index: Int) {
        let parent = parents[index]
        let r = log.append(.parent, 12)
        r[0] = now_ns
        r[1] = Int64(parent.number)
        r[2] = Int64(parent.account)
        r[3] = Int64(parent.instance)
        r[4] = Int64(parent.terms.instrument)
        r[5] = Int64(parent.terms.side.rawValue)
        r[6] = Int64(parent.order.algorithm.number)
        r[7] = parent.order.quantity
        r[8] = parent.terms.price
        r[9] = marks[parent.terms.instrument]
        r[10] = Int64(bitPattern: parent.clientId)
        r[11] = Int64(parent.intent)
    }

    mutating func record(child order: Int, of parent: Int) {
        let r = log.append(.child, 2)
        r[0] = Int64(order)
        r[1] = Int64(parent)
    }

    mutating func record(
        parentState index: Int, _ state: OrderState, _ reason: OrderReason
    ) {
        let r = log.append(.parentState, 6)
        r[0] = now_ns
        r[1] = Int64(parents[index].number)
        r[2] = Int64(state.rawValue)
        r[3] = Int64(reason.rawValue)
        r[4] = parents[index].order.filled - unheard(ofParent: index)
        r[5] = marks[parents[index].terms.instrument]
    }
}
