import RialtoExecution
import RialtoOrders
import RialtoValues

/// Orders through zero, in accounts that keep their long and short sides apart.
///
/// A venue in hedge mode takes an order for one side: from long to short are two, of which the
/// first closes the one side and the second opens the other. An order is cut when it is sent, by
/// what its strategy holds then and has not yet on its way out.
extension Engine {
    /// How much of a change closes what an instance holds, in quantity units, 0 or more; 0 where
    /// the account has no sides.
    func closing(_ signed: Int64, _ instrument: Int, of instance: InstanceRef) -> Int64 {
        guard accounts[instance.pointee.account].isHedged, !isSpot[instrument] else { return 0 }
        let held = counted(by: instance, instrument)
        guard held != 0, (held < 0) != (signed < 0) else { return 0 }
        let sells =
            instance.pointee.targetSells[instrument] + instance.pointee.ownSells[instrument]
        let underWay = signed < 0 ? sells : instance.pointee.inFlight[instrument] + sells
        return max(0, min(Int64(signed.magnitude), Int64(held.magnitude) - underWay))
    }

    /// Whether an order goes through zero where that takes two.
    func isCut(_ signed: Int64, _ instrument: Int, of instance: InstanceRef) -> Bool {
        let closing = closing(signed, instrument, of: instance)
        return closing > 0 && closing < signed.magnitude
    }

    // MARK: Targets

    /// Sends the order that nets `first` and `others`, which are on one side: what closes first.
    ///
    /// - Parameter pace: The pace whose part it is; -1 of none.
    mutating func send(
        _ first: Claim, _ others: [Claim], account: Int, instrument: Int, pace: Int
    ) throws(EngineError) {
        guard accounts[account].isHedged else {
            try sendNetted(
                first, others, account: account, instrument: instrument, isClosing: false,
                pace: pace)
            return
        }
        let sides = sides([first] + others, account, instrument)
        if let closing = sides.closing.first {
            let isSent = try sendNetted(
                closing, Array(sides.closing.dropFirst()), account: account,
                instrument: instrument, isClosing: true, pace: pace)
            guard isSent else { return }
        }
        guard let opening = sides.opening.first else { return }
        try sendNetted(
            opening, Array(sides.opening.dropFirst()), account: account, instrument: instrument,
            isClosing: false, pace: pace)
    }

    /// What of claims closes positions of their books, and what opens others.
    private func sides(
        _ claims: [Claim], _ account: Int, _ instrument: Int
    ) -> (closing: [Claim], opening: [Claim]) {
        var sides: (closing: [Claim], opening: [Claim]) = ([], [])
        for claim in claims {
            let instance = instances[accounts[account].instances.lowerBound + claim.book - 1]
            let closing =
                claim.quantity.signum() * closing(claim.quantity, instrument, of: instance)
            if closing != 0 {
                sides.closing.append(Claim(book: claim.book, quantity: closing))
            }
            if claim.quantity != closing {
                sides.opening.append(
                    Claim(book: claim.book, quantity: claim.quantity - closing))
            }
        }
        return sides
    }

    // MARK: Orders of its own

    /// An order of an instance's own that goes through zero: one order to its owner, two at the
    /// venue, as a parent with two children. It cannot be for all or nothing.
    mutating func startCut(
        _ intent: Intent, _ terms: Order.Terms, sequence: Int, link: UInt64,
        of instance: InstanceRef
    ) throws(EngineError) {
        guard terms.timeInForce != .fillOrKill else {
            return refuse(
                terms.instrument, terms.side.sign * terms.quantity, .unsupported, of: instance,
                orderId: intent.orderId)
        }
        let protection = Protection(intent)
        try begin(
            .sides, terms, id: intent.orderId, sequence: sequence, link: link,
            protection.isNone ? nil : protection, of: instance)
    }

    /// Sends both sides of an order at once.
    mutating func sendSides(_ index: Int) throws(EngineError) {
        let order = parents[index].order
        guard order.children == 0 else { return }
        parents[index].isRenewed = false
        try sendChild(of: index, order.child(upTo: order.quantity), .asIs)
        if parents[index].order.children == 0 { stop(index, .rejected, .none) }
    }

    /// After a position changed: takes off parts of orders that were to close it and no longer
    /// would.
    mutating func trimClosing(_ instance: InstanceRef, _ instrument: Int) {
        // Over a bad line the venue does so by itself.
        guard accounts[instance.pointee.account].isHedged, !hasFaults else { return }
        for index in slots.indices where slots[index].isLive && slots[index].parent >= 0 {
            let terms = slots[index].order.terms, left = slots[index].order.left
            guard terms.isReduceOnly, terms.instrument == instrument, left > 0,
                slots[index].instance == instance.pointee.index,
                !reduces(terms.side.sign * left, instrument, of: instance)
            else { continue }
            end(index, slots[index].number, .canceled, reason: .position)
        }
    }
}
