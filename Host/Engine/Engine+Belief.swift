import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues

/// What has filled of one instrument and the host has not heard of, signed, in quantity units.
struct Unheard: Equatable {
    /// Of all orders.
    var all: Int64 = 0
    /// Of stops and take-profits that the host keeps: those are not counted as under way.
    var closed: Int64 = 0
    /// Of orders for targets, and of that what they sold, 0 or more.
    var targets: Int64 = 0
    var targetSells: Int64 = 0

    mutating func add(_ fill: BookedFill, times sign: Int64) {
        all += sign * fill.signed
        if fill.purpose.isClosing { closed += sign * fill.signed }
        guard fill.purpose.isNetted else { return }
        targets += sign * fill.signed
        if fill.signed < 0 { targetSells -= sign * fill.signed }
    }
}

/// One instance's part of a fill that the host has yet to hear of.
struct BookedFill {
    let instance: Int
    let instrument: Int
    /// In quantity units.
    let signed: Int64
    let price: Int64
    let purpose: OrderPurpose
    /// By how much it changed the cash that no order may use, in the account's currency.
    let free: Int128
}

/// What the host believes of an account while messages are under way, where they meet faults:
/// books without the fills that it has not heard of. Risk, targets and stops go by it; the venue
/// goes by the books.
extension Engine {
    /// What the host believes an instance to hold.
    func known(by instance: InstanceRef, _ instrument: Int) -> Int64 {
        let held = held(by: instance, instrument)
        return hasFaults ? held - instance.pointee.unheard[instrument].all : held
    }

    /// What an instance holds as targets and cover count it, together with what is under way:
    /// without the fills of stops that the host has not heard of.
    func counted(by instance: InstanceRef, _ instrument: Int) -> Int64 {
        let held = held(by: instance, instrument)
        return hasFaults ? held - instance.pointee.unheard[instrument].closed : held
    }

    /// What of an account's position the host has not heard of.
    func unheard(_ account: Int, _ instrument: Int) -> Int64 {
        guard hasFaults else { return 0 }
        return accounts[account].instances.reduce(0) {
            $0 + instances[$1].pointee.unheard[instrument].all
        }
    }

    /// Whether a stop has closed something that the host has not heard of: what would cross inside
    /// goes to the venue then, which knows what is there.
    func hasUnheardStop(_ account: Int, _ instrument: Int) -> Bool {
        guard hasFaults else { return false }
        return accounts[account].instances.contains {
            instances[$0].pointee.unheard[instrument].closed != 0
        }
    }

    /// A fill of an order is about to be booked: what of its books' cash is free before.
    mutating func noteFree(_ index: Int) {
        mail.isBooking = isRemote(index)
        guard mail.isBooking else { return }
        let account = slots[index].account
        for claim in [slots[index].claim] + slots.extra(index).claims {
            mail.freeBefore[claim.book] = freeCash(account, claim.book)
        }
    }

    /// Takes note of a part of a fill that the host is to hear of later.
    mutating func bookUnheard(_ fill: BookedFill) {
        instances[fill.instance].pointee.unheard[fill.instrument].add(fill, times: 1)
        instances[fill.instance].pointee.unheardFree += fill.free
        mail.booked.append(fill)
    }

    /// The host hears of a part of a fill, and does what follows from it.
    mutating func hear(_ fill: BookedFill, _ protection: Protection?) throws(EngineError) {
        let instance = instances[fill.instance]
        instance.pointee.unheard[fill.instrument].add(fill, times: -1)
        instance.pointee.unheardFree -= fill.free
        if fill.purpose.isClosing {
            follow(instance, fill.instrument, closed: fill.signed)
        } else if fill.signed > 0, isLongOnly(instance, fill.instrument),
            openClaim(instance, fill.instrument) < 0
        {
            markDirty(instance.pointee.account, fill.instrument)
        }
        guardFill(instance, fill.instrument, price: fill.price)
        if let protection { adopt(protection, instance, fill.instrument) }
        try protect(instance, fill.instrument, from_ns: now_ns)
        trim(instance, fill.instrument)
    }

    /// A stop has closed what a target wanted: it is not opened again. What was closed twice, by a
    /// stop and by an order that left before the host had heard of it, is.
    private mutating func follow(_ instance: InstanceRef, _ instrument: Int, closed: Int64) {
        guard let target = instance.pointee.targets[instrument] else { return }
        let left = known(by: instance, instrument)
        let sure =
            left == 0
            ? 0
            : left + instance.pointee.targetInFlight[instrument]
                + instance.pointee.unheard[instrument].targets
        if target != 0, (target < 0) != (closed < 0) {
            instance.pointee.targets[instrument] =
                target > 0 ? max(0, min(target, sure)) : min(0, max(target, sure))
        }
        markDirty(instance.pointee.account, instrument)
    }

    // MARK: The venue

    /// Whether the venue would not take an order, or not keep it: it only reduces, or sells what
    /// has to be there, and that is not there.
    func exceeds(_ index: Int) -> Bool {
        let order = slots[index].order, lower = accounts[slots[index].account].instances.lowerBound
        return ([slots[index].claim] + slots.extra(index).claims).contains { claim in
            let instance = instances[lower + claim.book - 1]
            let isBound =
                order.purpose.isClosing || order.terms.isReduceOnly
                || order.terms.side == .sell && isLongOnly(instance, order.terms.instrument)
            let left =
                order.purpose.isClosing ? order.terms.side.sign * order.left : claim.quantity
            return isBound && left != 0
                && !reduces(left, order.terms.instrument, of: instance)
        }
    }

    /// After a fill: the venue takes off what is more than is left to reduce.
    mutating func endExceeding(_ account: Int, _ instrument: Int) {
        for index in slots.indices {
            guard slots[index].isLive, slots[index].isWorking,
                slots[index].account == account,
                slots[index].order.terms.instrument == instrument, exceeds(index)
            else { continue }
            end(index, slots[index].number, .canceled, reason: .position)
        }
    }

    // MARK: Links

    /// The host has heard that one of a linked group has filled, be it in part: it asks for the
    /// others to be canceled.
    mutating func cancelLinked(heard order: Conversation) {
        let parent = order.parent.index
        let isChild = parent >= 0 && parents[parent].number == order.parent.number
        let link = isChild ? parents[parent].linkId : slots[order.slot].linkId
        guard link != 0 else { return }
        let owner = slots[order.slot].instance
        for index in parents.indices where !isChild || index != parent {
            guard parents[index].isLive, parents[index].instance == owner,
                parents[index].linkId == link
            else { continue }
            stop(index, .canceled, .linked)
        }
        for index in slots.indices where isChild || index != order.slot {
            guard slots[index].isLive, slots[index].instance == owner,
                slots[index].linkId == link, !isCancelSent(index)
            else { continue }
            sendCancel(index, .linked)
        }
    }

    /// Whether a cancel of an order is under way.
    func isCancelSent(_ index: Int) -> Bool {
        guard let key = mail.keys[slots[index].number] else { return false }
        return mail.conversations[key]?.cancelSent_ns != nil
    }
}
