/// The orders that the host knows, by slot. A slot that is free is used again, the last one first.
///
/// Memory of its own, so that an order is read and changed where it lies, without a count of who
/// else holds the table.
struct SlotTable: ~Copyable {
    private var places: UnsafeMutablePointer<OrderSlot>
    private var capacity = 64
    /// Slots so far, live or free.
    private(set) var count = 0
    private var free: [Int] = []
    /// By slot, of orders that have one.
    private var extras: [Int: OrderExtra] = [:]

    init() { places = .allocate(capacity: capacity) }

    deinit { places.deallocate() }

    var indices: Range<Int> { 0..<count }

    // Proof: places[0..<count] are initialized by `add` and freed in `deinit`, and the index is
    // checked; only `add` moves them, which nobody calls while it reads or changes one.
    subscript(index: Int) -> OrderSlot {
        unsafeAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a slot that exists")
            return UnsafePointer(places + index)
        }
        unsafeMutableAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a slot that exists")
            return places + index
        }
    }

    /// What an order has that few have; nothing for most.
    func extra(_ index: Int) -> OrderExtra {
        self[index].hasExtra ? extras[index] ?? OrderExtra() : OrderExtra()
    }

    /// Changes what an order has that few have.
    mutating func change(extra index: Int, _ change: (inout OrderExtra) -> Void) {
        change(&extras[index, default: OrderExtra()])
    }

    /// Puts an order into a free slot. Returns which.
    mutating func add(_ slot: OrderSlot, _ extra: OrderExtra?) -> Int {
        let index = free.popLast() ?? count
        if index == count {
            if count == capacity { grow() }
            count += 1
        }
        (places + index).initialize(to: slot)
        if let extra, slot.hasExtra { extras[index] = extra }
        return index
    }

    /// The order of a slot is done; the slot may be used again.
    mutating func remove(_ index: Int) {
        if self[index].hasExtra { extras[index] = nil }
        self[index].isLive = false
        free.append(index)
    }

    private mutating func grow() {
        capacity *= 2
        let wider = UnsafeMutablePointer<OrderSlot>.allocate(capacity: capacity)
        wider.moveInitialize(from: places, count: count)
        places.deallocate()
        places = wider
    }
}
