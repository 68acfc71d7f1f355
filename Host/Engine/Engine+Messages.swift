import RialtoMatching
import RialtoOrders
import RialtoValues

/// Orders whose messages meet faults (`venue.faults`): lost, doubled, late.
///
/// Books are the venue's truth: a fill counts from its time at the venue. What the host does about
/// a fill or an order's end it does when it has heard of it: it tells the owner, sees it in risk
/// (Engine+Belief), protects what was opened, cancels what is linked, gives back what was set
/// aside, sends what waited, lets a parent go on. An order without an answer is unknown after the
/// venue's patience and is asked for, never sent again; everything that was missed comes with the
/// answer. What is closed by force, and what the host takes off for that, meets none.
extension Engine {
    /// Whether what becomes of an order is heard over a line with faults.
    @inline(__always)
    func isRemote(_ index: Int) -> Bool {
        hasFaults && !slots[index].order.purpose.isForced
    }

    // MARK: The host speaks

    /// An order leaves for the venue, or comes to be there in the place of another.
    mutating func dispatch(_ index: Int, _ number: Int, arrives_ns: Int64?) throws(EngineError) {
        guard arrives_ns == nil else { return try takePlace(index, number) }
        let parent = slots[index].parent, account = slots[index].account
        mail.keys[number] = number
        mail.conversations[number] = Conversation(
            account: account, slot: index, number: number,
            parent: (parent, parent < 0 ? -1 : parents[parent].number),
            known: TrackedOrder(slots[index].order), pause_ns: mail.patience_ns)
        record(message: .sent, of: number)
        post(.order(key: number, until_ns: now_ns + mail.patience_ns), account)
        schedule.add(.mail(.ask(key: number, isRepeated: true)), at: now_ns + mail.patience_ns)
    }

    /// The owner of an order or of its parent, or the host for it, wants it canceled.
    mutating func sendCancel(_ index: Int, _ reason: OrderReason) {
        guard let key = mail.keys[slots[index].number], let account = account(of: key) else {
            return
        }
        mail.conversations[key]?.cancelSent_ns = now_ns
        mail.conversations[key]?.cancelReason = reason
        post(.cancel(key: key, reason), account)
        schedule.add(.mail(.ask(key: key, isRepeated: false)), at: now_ns + mail.patience_ns)
    }

    /// Its owner wants other terms for an order.
    mutating func sendReplace(_ index: Int, _ intent: Intent) {
        guard let key = mail.keys[slots[index].number], let account = account(of: key) else {
            return
        }
        mail.messages += 1
        mail.conversations[key]?.replaceSent_ns = now_ns
        post(
            .replace(
                key: key,
                ReplaceMessage(
                    id: mail.messages, price: intent.price, trigger: intent.triggerPrice,
                    quantity: intent.quantity, until_ns: now_ns + mail.patience_ns)), account)
        schedule.add(.mail(.ask(key: key, isRepeated: false)), at: now_ns + mail.patience_ns)
    }

    private func account(of key: Int) -> Int? { mail.conversations[key]?.account }

    /// Puts a message to the venue on its way, as often as the line lets it through.
    private mutating func post(_ message: Mail, _ account: Int) {
        for delay in mail.lines[account].delays() {
            put(message, at: orderArrival_ns(account) + delay)
        }
    }

    /// Puts a message to the host on its way.
    private mutating func answer(_ message: Mail, _ account: Int) {
        for delay in mail.lines[account].delays() {
            put(message, at: reportArrival_ns(account) + delay)
        }
    }

    private mutating func put(_ message: Mail, at time: Int64) {
        if time <= now_ns {
            mail.inbox.append(message)
        } else {
            schedule.add(.mail(message), at: time)
        }
    }

    /// Reads what has arrived at this time.
    mutating func readInbox() throws(EngineError) {
        while !mail.inbox.isEmpty {
            try read(mail.inbox.removeFirst())
            try matchArrived()
        }
    }

    /// A message arrives, or it is time to ask for one.
    mutating func read(_ message: Mail) throws(EngineError) {
        switch message {
        case .order(let key, let until_ns): try reach(key, until_ns: until_ns)
        case .cancel(let key, let reason): cancelAtVenue(key, reason)
        case .replace(let key, let wanted): try replaceAtVenue(key, wanted)
        case .word(let key, let index): try hear(key, index)
        case .ask(let key, let isRepeated): ask(key, isRepeated: isRepeated)
        case .question(let key, let asked_ns): reply(key, asked_ns: asked_ns)
        case .answer(let key, let count, let asked_ns):
            try learn(key, count: count, asked_ns: asked_ns)
        }
    }

    // MARK: The venue reads

    /// An order has come through. Its second copy, one that is too old, and one that the host has
    /// taken off meanwhile are passed over.
    private mutating func reach(_ key: Int, until_ns: Int64) throws(EngineError) {
        guard let order = mail.conversations[key], !order.hasReachedVenue, now_ns < until_ns,
            !slots[order.slot].order.state.isTerminal
        else { return record(message: .ignored, of: key) }
        mail.conversations[key]?.hasReachedVenue = true
        record(message: .reached, of: order.number)
        try arrive(order.slot, order.number, at: now_ns)
    }

    private mutating func cancelAtVenue(_ key: Int, _ reason: OrderReason) {
        guard let order = mail.conversations[key], order.hasReachedVenue else { return }
        end(order.slot, order.number, .canceled, reason: reason)
    }

    private mutating func replaceAtVenue(
        _ key: Int, _ wanted: ReplaceMessage
    ) throws(EngineError) {
        guard let order = mail.conversations[key], order.hasReachedVenue,
            now_ns < wanted.until_ns, !order.replaces.contains(wanted.id),
            !slots[order.slot].order.state.isTerminal
        else { return }
        mail.conversations[key]?.replaces.append(wanted.id)
        try replace(
            order.slot, order.number, price: wanted.price, trigger: wanted.trigger,
            quantity: wanted.quantity)
    }

    /// An order goes because another takes its place: nothing that waits for it hears of that.
    mutating func giveWay(_ index: Int) {
        _ = venue.cancel(order: index, instrument: slots[index].order.terms.instrument)
        guard (try? slots[index].order.apply(.canceled)) != nil else { return }
        cancelsSoFar += 1
        recordState(index, reason: .none)
        tellExchange(index, price: 0, quantity: 0, fee: 0)
        free(index)
    }

    /// An order comes to the venue in the place of another of the same owner.
    private mutating func takePlace(_ index: Int, _ number: Int) throws(EngineError) {
        guard let key = mail.replacing else { return }
        mail.replacing = nil
        mail.keys[number] = key
        say(.replaced(slots[index].order.terms, number: number), key)
        mail.conversations[key]?.slot = index
        mail.conversations[key]?.number = number
        mail.conversations[key]?.generation += 1
        record(message: .reached, of: number)
        try arrive(index, number, at: now_ns)
    }

    /// The venue says something of an order, and sends it on its way.
    mutating func say(_ what: VenueWord.What, of index: Int, venueTime: Int64? = nil) {
        guard let key = mail.keys[slots[index].number] else { return }
        say(what, key, venueTime: venueTime)
    }

    private mutating func say(_ what: VenueWord.What, _ key: Int, venueTime: Int64? = nil) {
        guard let order = mail.conversations[key] else { return }
        let fills = mail.fills, booked = mail.booked
        mail.fills.removeAll(keepingCapacity: true)
        mail.booked.removeAll(keepingCapacity: true)
        mail.conversations[key]?.words.append(
            VenueWord(
                what: what, number: order.number, venueTime_ns: venueTime ?? now_ns,
                generation: order.generation,
                fills: fills, booked: booked))
        answer(.word(key: key, index: order.words.count), order.account)
    }

    /// The venue answers what it knows of an order.
    private mutating func reply(_ key: Int, asked_ns: Int64) {
        guard let order = mail.conversations[key] else { return }
        answer(.answer(key: key, count: order.words.count, asked_ns: asked_ns), order.account)
    }

    // MARK: The host hears

    /// A word of the venue has come; a second copy tells nothing.
    private mutating func hear(_ key: Int, _ index: Int) throws(EngineError) {
        guard let word = mail.conversations[key]?.words[index], !word.isHeard else { return }
        // Who hears of the new order knows that the old one is gone.
        for earlier in 0..<index {
            guard let before = mail.conversations[key]?.words[earlier], !before.isHeard,
                case .replaced = before.what, before.generation < word.generation
            else { continue }
            try hear(key, earlier)
        }
        mail.conversations[key]?.words[index].isHeard = true
        guard let order = mail.conversations[key] else { return }
        record(message: .heard, of: word.number, word.what)
        note(word, key)
        for fill in word.fills { deliver(fill.report, to: instances[fill.instance]) }
        let protection = slots.extra(order.slot).protection
        for fill in word.booked { try hear(fill, protection) }
        if case .executed = word.what { cancelLinked(heard: order) }
        try settleIfWhole(key)
        if case .executed = word.what {
            try tellParent(order.parent, venueTime: word.venueTime_ns)
        }
    }

    /// The host itself has taken an order off for good, and knows all of it at once.
    mutating func hearAtOnce(_ index: Int) {
        guard hasFaults, let key = mail.keys[slots[index].number],
            let order = mail.conversations[key]
        else { return }
        for word in order.words.indices { mail.inbox.append(.word(key: key, index: word)) }
    }

    /// Whether the host now knows the order's end.
    private func endsOrder(_ key: Int) -> Bool {
        guard let order = mail.conversations[key] else { return false }
        return slots[order.slot].order.state.isTerminal && order.isWhole
    }

    /// Takes note of a word, and tells the order's owner what it changes.
    private mutating func note(_ word: VenueWord, _ key: Int) {
        guard var order = mail.conversations[key] else { return }
        let isNew = word.generation == order.knownGeneration
        var reason = OrderReason.none
        switch word.what {
        case .accepted: if isNew { order.known.apply(.accepted) }
        case .ended(let event, let why):
            reason = why
            if isNew { order.known.apply(event) }
        case .executed(let fill, let price, let quantity):
            if isNew {
                order.known.apply(
                    execution: UInt64(fill) + 1, price: price, quantity: quantity)
            }
        case .replaced(let terms, _):
            order.known.apply(.canceled)
            tell(order, venueTime: word.venueTime_ns)
            order.known = TrackedOrder(Order(purpose: .explicit, terms: terms))
            order.knownGeneration = word.generation + 1
            order.told = (.submitted, 0)
            order.replaceSent_ns = nil
        case .replaceRefused(let why):
            order.replaceSent_ns = nil
            tell(order, refused: why, venueTime: word.venueTime_ns)
        }
        let state = order.known.state, filled = order.known.order.filled
        if state != order.told.state || filled != order.told.filled {
            order.told = (state, filled)
            tell(order, reason, venueTime: word.venueTime_ns)
        }
        mail.conversations[key] = order
    }

    /// Once an order has ended and all of it is known: gives back what it held, once, and lets go
    /// on what waited for it.
    private mutating func settleIfWhole(_ key: Int) throws(EngineError) {
        guard endsOrder(key), let order = mail.conversations.removeValue(forKey: key) else {
            return
        }
        for number in order.numbers(since: key) { mail.keys[number] = nil }
        record(message: .settled, of: order.number)
        let client = slots[order.slot].clientId, owner = slots[order.slot].instance
        let filled = slots[order.slot].order.filled, isWhole = slots[order.slot].order.left == 0
        if order.isTakenOff { wantAgain(order.slot) }
        free(order.slot)
        if client != 0 {
            if isWhole {
                try parentFilled(client, instances[owner])
            } else {
                parentEnded(client, filled: filled, of: instances[owner])
            }
        }
    }

    /// The venue would not take or keep an order because of what the host did not know. Once it
    /// does, the targets that the order was for still stand; before, hearing of it does as much.
    private mutating func wantAgain(_ index: Int) {
        let instrument = slots[index].order.terms.instrument, account = slots[index].account
        guard slots[index].order.purpose.isNetted, unheard(account, instrument) == 0 else { return }
        markDirty(account, instrument)
    }

    private mutating func tellParent(
        _ parent: (index: Int, number: Int), venueTime: Int64
    ) throws(EngineError) {
        guard parent.index >= 0, parents[parent.index].isLive,
            parents[parent.index].number == parent.number
        else { return }
        try childFilled(parent.index, venueTime: venueTime)
    }

    /// What children of a parent have filled and the host has not heard of, in quantity units.
    func unheard(ofParent index: Int) -> Int64 {
        guard hasFaults else { return 0 }
        let number = parents[index].number
        return mail.conversations.values.reduce(0) {
            $1.parent == (index, number) ? $0 + $1.unheard : $0
        }
    }

    // MARK: The host asks

    /// Nothing was heard for too long: asks the venue, and again later as long as the end is not
    /// known, at growing distances.
    private mutating func ask(_ key: Int, isRepeated: Bool) {
        guard var order = mail.conversations[key] else { return }
        if order.known.state == .submitted {
            order.known.apply(.unanswered)
            order.told.state = .unknown
            record(message: .unknown, of: order.number)
            tell(order, venueTime: now_ns)
        }
        if isRepeated {
            schedule.add(.mail(.ask(key: key, isRepeated: true)), at: now_ns + order.pause_ns)
            order.pause_ns = min(order.pause_ns * 2, mail.patience_ns * Correspondence.pauseMax)
        }
        mail.conversations[key] = order
        record(message: .asked, of: order.number)
        post(.question(key: key, asked_ns: now_ns), order.account)
    }

    /// The venue has answered: whatever was missed is heard now.
    private mutating func learn(_ key: Int, count: Int, asked_ns: Int64) throws(EngineError) {
        guard let order = mail.conversations[key] else { return }
        if order.words.isEmpty, !order.hasReachedVenue { return try neverCame(key) }
        for index in 0..<min(count, order.words.count) { try hear(key, index) }
        guard let order = mail.conversations[key] else { return }
        if let sent = order.replaceSent_ns, asked_ns >= sent + mail.patience_ns {
            mail.conversations[key]?.replaceSent_ns = nil
            tell(order, refused: .lost, venueTime: now_ns)
        }
        // A cancel may be sent again: twice it does no more than once.
        if let sent = order.cancelSent_ns, asked_ns >= sent + mail.patience_ns,
            !slots[order.slot].order.state.isTerminal
        {
            sendCancel(order.slot, order.cancelReason)
        }
    }

    /// The venue does not know the order, and would not take it any more.
    private mutating func neverCame(_ key: Int) throws(EngineError) {
        guard var order = mail.conversations[key],
            (try? slots[order.slot].order.apply(.rejected)) != nil
        else { return }
        recordState(order.slot, reason: .lost)
        record(message: .neverCame, of: order.number)
        order.known.apply(.rejected)
        order.told.state = .rejected
        tell(order, .lost, venueTime: now_ns)
        mail.conversations[key] = order
        let slot = order.slot, instrument = slots[slot].order.terms.instrument
        let isNetted = slots[slot].order.purpose.isNetted
        let isProtective = slots[slot].order.purpose.isProtective, owner = slots[slot].instance
        try settleIfWhole(key)
        if isProtective { try protect(instances[owner], instrument, from_ns: now_ns) }
        // The targets that it was for still stand.
        if isNetted { markDirty(order.account, instrument) }
    }

    // MARK: The owner is told

    private mutating func tell(
        _ order: Conversation, _ reason: OrderReason = .none, venueTime: Int64
    ) {
        let state = order.known.state, terms = order.known.order.terms
        tell(order, terms, state, reason, order.known.order.filled, venueTime: venueTime)
    }

    /// A replace has not happened; the order is what it was.
    private mutating func tell(
        _ order: Conversation, refused reason: OrderReason, venueTime: Int64
    ) {
        let known = order.known.order
        tell(order, known.terms, .rejected, reason, known.filled, venueTime: venueTime)
    }

    private mutating func tell(
        _ order: Conversation, _ terms: Order.Terms, _ state: OrderState, _ reason: OrderReason,
        _ filled: Int64, venueTime: Int64
    ) {
        let slot = slots[order.slot]
        guard slot.instance >= 0, slot.clientId != 0 else { return }
        let owner = instances[slot.instance]
        guard !owner.pointee.isOpenLoop, owner.pointee.kinds.has(.ownOrders) else {
            return
        }
        owner.pointee.orderReports.append(
            OrderReport(
                time_ns: now_ns, venueTime_ns: venueTime, orderId: slot.clientId,
                instrument: UInt32(terms.instrument), state: state, side: terms.side,
                reason: reason, price: terms.price, quantity: terms.quantity, filled: filled))
    }

    private func deliver(_ report: FillReport, to instance: InstanceRef) {
        var report = report
        report.time_ns = now_ns
        instance.pointee.fillReports.append(report)
    }
}
