/// The instruments that an instance may name, by index.
struct InstrumentSet {
    private let isIn: [Bool]

    init(_ indices: [Int]) {
        var isIn = Array(repeating: false, count: (indices.max() ?? -1) + 1)
        for index in indices { isIn[index] = true }
        self.isIn = isIn
    }

    func contains(_ index: UInt32) -> Bool { index < isIn.count && isIn[Int(index)] }
}
