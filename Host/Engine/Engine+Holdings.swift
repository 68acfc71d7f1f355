import RialtoExecution
import RialtoOrders
import RialtoValues

/// What an instance holds and what of it is already on its way out.
///
/// As on a spot venue, a working sell order sets what it sells aside: without the grant of a short
/// no two orders may sell the same unit. Orders of one linked group share what they set aside.
extension Engine {
    func held(by instance: InstanceRef, _ instrument: Int) -> Int64 {
        accounts[instance.pointee.account].ledger.books[instance.pointee.book]
            .positions[instrument].quantity
    }

    /// Whether the instance may not hold less than nothing of the instrument.
    func isLongOnly(_ instance: InstanceRef, _ instrument: Int) -> Bool {
        isSpot[instrument] && !instance.pointee.allowsShort
    }

    /// Whether a change brings what is held closer to zero and not through it.
    func reduces(_ signed: Int64, _ instrument: Int, of instance: InstanceRef) -> Bool {
        reduces(signed, held(by: instance, instrument))
    }

    /// Whether the host believes so.
    func mayReduce(_ signed: Int64, _ instrument: Int, of instance: InstanceRef) -> Bool {
        reduces(signed, counted(by: instance, instrument))
    }

    func reduces(_ signed: Int64, _ held: Int64) -> Bool {
        held != 0 && (held < 0) != (signed < 0) && signed.magnitude <= held.magnitude
    }

    /// What an instance's explicit sell orders and parents may still sell, in quantity units.
    ///
    /// - Parameters:
    ///   - adding: Link and quantity of one more order.
    ///   - except: Slot that is left out; -1 for none.
    func sellsUnderWay(
        _ instance: InstanceRef, _ instrument: Int, adding: (link: UInt64, quantity: Int64),
        except: Int
    ) -> Int64 {
        var sum = adding.link == 0 ? adding.quantity : 0
        var groups: [UInt64: Int64] = adding.link == 0 ? [:] : [adding.link: adding.quantity]
        if !instance.pointee.parents.isEmpty {
            for index in sellingParents(instance, instrument) {
                let left = parents[index].order.left, link = parents[index].linkId
                if link == 0 {
                    sum += left
                } else {
                    groups[link] = max(groups[link] ?? 0, left)
                }
            }
        }
        for index in instance.pointee.ownOrders.values where index != except {
            let order = slots[index].order, link = slots[index].linkId
            guard order.terms.instrument == instrument, order.terms.side == .sell else { continue }
            if link == 0 {
                sum += order.left
            } else {
                groups[link] = max(groups[link] ?? 0, order.left)
            }
        }
        return groups.values.reduce(sum, +)
    }

    /// Why a target's claim may not be sold, or nil.
    func targetRefusal(
        _ quantity: Int64, _ instrument: Int, of instance: InstanceRef
    ) -> OrderReason? {
        guard quantity < 0, isLongOnly(instance, instrument),
            !(instance.pointee.ownOrders.isEmpty && instance.pointee.parents.isEmpty)
        else { return nil }
        let after = counted(by: instance, instrument) + leaving(instance, instrument) + quantity
        let sells = sellsUnderWay(instance, instrument, adding: (0, 0), except: -1)
        return after - sells < 0 ? .short : nil
    }

    /// The part of a target's claim that may go now: without the grant of a short nothing is sold
    /// that a buy under way has yet to bring. The rest goes when that buy has filled.
    func sellable(_ quantity: Int64, _ instrument: Int, of instance: InstanceRef) -> Int64 {
        guard quantity < 0, isLongOnly(instance, instrument) else { return quantity }
        return max(
            quantity, -max(0, counted(by: instance, instrument) + leaving(instance, instrument)))
    }

    /// What the orders for its targets sell of an instance's position, 0 or less.
    func leaving(_ instance: InstanceRef, _ instrument: Int) -> Int64 {
        -instance.pointee.targetSells[instrument]
    }

    /// After a position changed: takes off explicit orders that may only reduce and no longer
    /// would, and sells, the newest first, of what is no longer there.
    mutating func trim(_ instance: InstanceRef, _ instrument: Int) {
        if !instance.pointee.parents.isEmpty { trimParents(instance, instrument) }
        guard !instance.pointee.ownOrders.isEmpty else { return }
        let own = instance.pointee.ownOrders.values.filter {
            slots[$0].order.terms.instrument == instrument && slots[$0].order.left > 0
        }.sorted { slots[$0].number > slots[$1].number }
        for index in own where slots[index].order.terms.isReduceOnly {
            let terms = slots[index].order.terms
            let signed = terms.side.sign * slots[index].order.left
            if !reduces(signed, known(by: instance, instrument)) { takeBack(index) }
        }
        guard isLongOnly(instance, instrument) else { return }
        var excess = excessSells(instance, instrument)
        for index in own where slots[index].isLive && slots[index].order.terms.side == .sell {
            guard excess > 0 else { return }
            let left = slots[index].order.left
            takeBack(index)
            excess = hasFaults ? excess - left : excessSells(instance, instrument)
        }
    }

    /// By how much an instance's sells exceed what it holds and has not sold for targets.
    func excessSells(_ instance: InstanceRef, _ instrument: Int) -> Int64 {
        let unheard = hasFaults ? instance.pointee.unheard[instrument].targetSells : 0
        let kept = known(by: instance, instrument) + leaving(instance, instrument) - unheard
        return sellsUnderWay(instance, instrument, adding: (0, 0), except: -1) - kept
    }

    /// Takes off an order that has nothing left to sell or reduce; over a bad line it asks for it.
    private mutating func takeBack(_ index: Int) {
        guard hasFaults else {
            return end(index, slots[index].number, .canceled, reason: .position)
        }
        if !isCancelSent(index) { sendCancel(index, .position) }
    }
}
