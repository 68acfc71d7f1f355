/// So many values, one for each instrument or pair, in memory of their own: read and changed where
/// they lie, without a count of who else holds them.
struct FixedColumn<Value>: ~Copyable {
    private let places: UnsafeMutablePointer<Value>
    let count: Int

    init(repeating value: Value, count: Int) {
        places = .allocate(capacity: max(1, count))
        places.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit {
        places.deinitialize(count: count)
        places.deallocate()
    }

    var indices: Range<Int> { 0..<count }

    /// All values, in a copy.
    var values: [Value] { Array(UnsafeBufferPointer(start: places, count: count)) }

    // Proof: places[0..<count] are initialized in `init`, freed in `deinit`, never moved, and the
    // index is checked.
    subscript(index: Int) -> Value {
        unsafeAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a place that exists")
            return UnsafePointer(places + index)
        }
        unsafeMutableAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a place that exists")
            return places + index
        }
    }
}
