/// Slots of an instance's orders by the plugin's own ids.
///
/// A table with open addressing: ids rise, so they spread by their low bits, and an order costs one
/// look in memory that is already there.
package struct OrderIndex {
    private struct Entry {
        /// 0 where the place is free.
        var id: UInt64 = 0
        var slot = 0
    }

    private var entries: ContiguousArray<Entry>
    private var mask = 15
    package private(set) var count = 0

    package init() { entries = ContiguousArray(repeating: Entry(), count: 16) }

    package var isEmpty: Bool { count == 0 }

    /// Slots of all orders, in no order that means anything.
    package var values: [Int] { entries.lazy.filter { $0.id != 0 }.map(\.slot) }

    /// The slot of order `id`, above 0; nil takes it out.
    package subscript(id: UInt64) -> Int? {
        get {
            var place = Int(truncatingIfNeeded: id) & mask
            while entries[place].id != 0 {
                if entries[place].id == id { return entries[place].slot }
                place = (place &+ 1) & mask
            }
            return nil
        }
        set {
            guard let newValue else { return remove(id) }
            if count * 2 > mask { grow() }
            insert(Entry(id: id, slot: newValue))
        }
    }

    private mutating func insert(_ new: Entry) {
        var place = Int(truncatingIfNeeded: new.id) & mask
        while entries[place].id != 0, entries[place].id != new.id { place = (place &+ 1) & mask }
        if entries[place].id == 0 { count += 1 }
        entries[place] = new
    }

    /// Takes an id out and moves those up that had to give way to it.
    private mutating func remove(_ id: UInt64) {
        var hole = Int(truncatingIfNeeded: id) & mask
        while entries[hole].id != id {
            guard entries[hole].id != 0 else { return }
            hole = (hole &+ 1) & mask
        }
        count -= 1
        var place = hole
        while true {
            place = (place &+ 1) & mask
            guard entries[place].id != 0 else { break }
            let home = Int(truncatingIfNeeded: entries[place].id) & mask
            guard (place &- home) & mask >= (place &- hole) & mask else { continue }
            entries[hole] = entries[place]
            hole = place
        }
        entries[hole].id = 0
    }

    private mutating func grow() {
        let old = entries.filter { $0.id != 0 }
        mask = mask * 2 + 1
        entries = ContiguousArray(repeating: Entry(), count: mask + 1)
        count = 0
        for entry in old { insert(entry) }
    }
}
