/// One side of an order book: what stands at each key, where a higher key is a better price.
///
/// The best keys lie in a window of ``width`` keys, each in the slot `key mod width`, so that a
/// change there costs the same wherever it is. Keys worse than the window lie behind it in order.
/// The window moves up when a better key comes, and down when it has become empty; then only the
/// levels that leave or enter it move.
struct BookSide: Sendable {
    /// Keys of the window, a power of two: a price may wander by as many steps before it moves.
    private static let width = 4096
    private static let mask = width - 1

    private struct Entry: Equatable, Sendable {
        let key: Int64
        var quantity: Int64
    }

    /// What stands in each slot; 0 for nothing.
    private var near = [Int64](repeating: 0, count: BookSide.width)
    /// A bit for each slot in which something stands.
    private var bits = [UInt64](repeating: 0, count: BookSide.width / 64)
    private var nearCount = 0
    /// The lowest key of the window.
    private var base: Int64 = 0
    /// The best key; of no meaning while the window is empty.
    private var best: Int64 = 0
    /// All keys below the window, rising. Empty while the window is.
    private var far: [Entry] = []

    var count: Int { nearCount + far.count }

    /// The best key and what stands there; nil when nothing does.
    @inline(__always)
    var first: (key: Int64, quantity: Int64)? {
        nearCount == 0 ? nil : (best, near[Self.slot(best)])
    }

    mutating func clear() {
        for word in bits.indices where bits[word] != 0 {
            var rest = bits[word]
            while rest != 0 {
                near[word &* 64 &+ rest.trailingZeroBitCount] = 0
                rest &= rest &- 1
            }
            bits[word] = 0
        }
        nearCount = 0
        far.removeAll(keepingCapacity: true)
    }

    /// Sets what stands at a key; 0 removes it.
    @inline(__always)
    mutating func set(key: Int64, quantity: Int64) {
        if isNear(key) { return setNear(key, quantity) }
        if nearCount > 0, key < base { return setFar(key, quantity) }
        guard quantity > 0 else { return }
        rise(to: key)
        setNear(key, quantity)
    }

    func quantity(key: Int64) -> Int64 {
        if isNear(key) { return near[Self.slot(key)] }
        let place = farPlace(of: key)
        return place < far.count && far[place].key == key ? far[place].quantity : 0
    }

    /// The best key below `key`, and what stands there; nil when nothing does.
    func next(below key: Int64) -> (key: Int64, quantity: Int64)? {
        if nearCount > 0, key > best { return first }
        if nearCount > 0, key > base, let found = nearKey(atOrBelow: key &- 1) {
            return (found, near[Self.slot(found)])
        }
        let place = farPlace(of: key)
        return place == 0 ? nil : (far[place - 1].key, far[place - 1].quantity)
    }

    // MARK: The window

    private static func slot(_ key: Int64) -> Int { Int(truncatingIfNeeded: key) & mask }

    /// Whether a key lies in the window. Below it the difference wraps to a large number.
    @inline(__always)
    private func isNear(_ key: Int64) -> Bool {
        nearCount > 0 && UInt64(bitPattern: key &- base) < UInt64(Self.width)
    }

    @inline(__always)
    private mutating func setNear(_ key: Int64, _ quantity: Int64) {
        let slot = Self.slot(key), bit = UInt64(1) << UInt64(slot & 63)
        let before = near[slot]
        near[slot] = quantity
        if before > 0, quantity > 0 { return }
        if quantity > 0 {
            bits[slot >> 6] |= bit
            best = nearCount == 0 ? key : max(best, key)
            nearCount &+= 1
        } else if before > 0 {
            bits[slot >> 6] &= ~bit
            nearCount &-= 1
            if key == best { fall() }
        }
    }

    /// The best key has gone: finds the next one, in the window or behind it.
    private mutating func fall() {
        if nearCount > 0 {
            best = nearKey(atOrBelow: best &- 1) ?? base
        } else if let top = far.last {
            base = Self.lowest(below: top.key)
            while let entry = far.last, entry.key >= base {
                far.removeLast()
                setNear(entry.key, entry.quantity)
            }
        }
    }

    /// Moves the window up, or to the first key there is.
    private mutating func rise(to key: Int64) {
        let next = Self.lowest(below: key)
        while nearCount > 0, let lowest = lowestNear, lowest < next {
            let slot = Self.slot(lowest)
            far.append(Entry(key: lowest, quantity: near[slot]))
            near[slot] = 0
            bits[slot >> 6] &= ~(UInt64(1) << UInt64(slot & 63))
            nearCount -= 1
            base = lowest &+ 1
        }
        base = next
    }

    /// Where a window begins whose best key is `key`: most of it lies below, none beyond 64 bits.
    private static func lowest(below key: Int64) -> Int64 {
        let (lowest, over) = key.subtractingReportingOverflow(Int64(width / 4 * 3))
        return over ? .min : min(lowest, .max - Int64(mask))
    }

    /// The highest key of the window at or below `key`, which lies in it or right below it.
    private func nearKey(atOrBelow key: Int64) -> Int64? {
        var key = key
        while key >= base {
            let slot = Self.slot(key)
            let left = slot & 63
            let word = bits[slot >> 6] << UInt64(63 &- left)
            if word != 0 {
                let found = key &- Int64(word.leadingZeroBitCount)
                return found >= base ? found : nil
            }
            let (below, over) = key.subtractingReportingOverflow(Int64(left) + 1)
            if over { return nil }
            key = below
        }
        return nil
    }

    /// The lowest key of the window at or above its beginning.
    private var lowestNear: Int64? {
        var key = base
        for _ in 0...Self.width / 64 {
            let slot = Self.slot(key)
            let word = bits[slot >> 6] >> UInt64(slot & 63)
            if word != 0 { return key &+ Int64(word.trailingZeroBitCount) }
            key = key &+ Int64(64 &- (slot & 63))
        }
        return nil
    }

    // MARK: Behind the window

    private mutating func setFar(_ key: Int64, _ quantity: Int64) {
        let place = farPlace(of: key)
        if place < far.count, far[place].key == key {
            if quantity > 0 { far[place].quantity = quantity } else { far.remove(at: place) }
        } else if quantity > 0 {
            far.insert(Entry(key: key, quantity: quantity), at: place)
        }
    }

    /// The first place behind the window whose key is at or above `key`.
    private func farPlace(of key: Int64) -> Int {
        var low = 0, high = far.count
        while low < high {
            let middle = (low + high) / 2
            if far[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
