/// Slots of an instance's orders by the plugin's own ids.
///
/// A table with open addressing: ids rise, so they spread by their low bits, and an order costs one
/// look in memory that is already there.
package struct OrderIndex {
    private var ids: ContiguousArray<UInt64>
    private var slots: ContiguousArray<Int>
    private var mask: Int
    package private(set) var count = 0

    package init() {
        mask = 15
        ids = ContiguousArray(repeating: 0, count: 16)
        slots = ContiguousArray(repeating: 0, count: 16)
    }

    package var isEmpty: Bool { count == 0 }

    /// Slots of all orders, in no order that means anything.
    package var values: [Int] { ids.indices.filter { ids[$0] != 0 }.map { slots[$0] } }

    /// The slot of order `id`, above 0; nil takes it out.
    package subscript(id: UInt64) -> Int? {
        get {
            var place = Int(truncatingIfNeeded: id) & mask
            while ids[place] != 0 {
                if ids[place] == id { return slots[place] }
                place = (place &+ 1) & mask
            }
            return nil
        }
        set {
            guard let newValue else { return remove(id) }
            if count * 2 > mask { grow() }
            insert(id, newValue)
        }
    }

    private mutating func insert(_ id: UInt64, _ slot: Int) {
        var place = Int(truncatingIfNeeded: id) & mask
        while ids[place] != 0, ids[place] != id { place = (place &+ 1) & mask }
        if ids[place] == 0 { count += 1 }
        ids[place] = id
        slots[place] = slot
    }

    /// Takes an id out and moves those up that had to give way to it.
    private mutating func remove(_ id: UInt64) {
        var hole = Int(truncatingIfNeeded: id) & mask
        while ids[hole] != id {
            guard ids[hole] != 0 else { return }
            hole = (hole &+ 1) & mask
        }
        count -= 1
        var place = hole
        while true {
            place = (place &+ 1) & mask
            guard ids[place] != 0 else { break }
            let home = Int(truncatingIfNeeded: ids[place]) & mask
            guard (place &- home) & mask >= (place &- hole) & mask else { continue }
            ids[hole] = ids[place]
            slots[hole] = slots[place]
            hole = place
        }
        ids[hole] = 0
    }

    private mutating func grow() {
        let old = zip(ids, slots).filter { $0.0 != 0 }
        mask = mask * 2 + 1
        ids = ContiguousArray(repeating: 0, count: mask + 1)
        slots = ContiguousArray(repeating: 0, count: mask + 1)
        count = 0
        for (id, slot) in old { insert(id, slot) }
    }
}
