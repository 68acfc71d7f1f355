/// A symmetric positive definite matrix that grows by outer products.
struct SymmetricMatrix: Sendable {
    private(set) var size: Int
    private(set) var entries: [Double]

    /// A multiple of the identity.
    init(size: Int, diagonal: Double) {
        self.size = size
        entries = Array(repeating: 0, count: size * size)
        for index in 0..<size { entries[index * size + index] = diagonal }
    }

    subscript(_ row: Int, _ column: Int) -> Double { entries[row * size + column] }

    /// The rows and columns of `part`, in its order.
    subscript(_ part: [Int]) -> SymmetricMatrix {
        var result = SymmetricMatrix(size: part.count, diagonal: 0)
        for (row, own) in part.enumerated() {
            for (column, other) in part.enumerated() {
                result.entries[row * part.count + column] = self[own, other]
            }
        }
        return result
    }

    /// Adds rows and columns until there are `size`: `diagonal` on the diagonal, 0 elsewhere.
    mutating func grow(to size: Int, diagonal: Double) {
        guard size > self.size else { return }
        var grown = SymmetricMatrix(size: size, diagonal: diagonal)
        for row in 0..<self.size {
            for column in 0..<self.size { grown.entries[row * size + column] = self[row, column] }
        }
        self = grown
    }

    /// Adds `factor` x x'; numbers that x lacks at the end are 0.
    mutating func add(_ x: [Double], factor: Double = 1) {
        precondition(x.count <= size)
        for row in x.indices where x[row] != 0 {
            let scaled = factor * x[row], start = row * size
            for column in x.indices { entries[start + column] += scaled * x[column] }
        }
    }

    func times(_ x: [Double]) -> [Double] {
        (0..<size).map { row in
            var sum = 0.0
            for column in 0..<size { sum += self[row, column] * x[column] }
            return sum
        }
    }

    /// Solves for the rows and columns of `part` by Cholesky's factors; nil when they are not
    /// positive definite to the precision of a double.
    func solve(_ right: [Double], part: [Int]) -> [Double]? {
        let n = part.count
        var factor = Array(repeating: 0.0, count: n * n)
        for row in 0..<n {
            for column in 0...row {
                var sum = self[part[row], part[column]]
                for k in 0..<column { sum -= factor[row * n + k] * factor[column * n + k] }
                if row == column {
                    guard sum > self[part[row], part[row]] * 1e-14, sum.isFinite else { return nil }
                    factor[row * n + row] = sum.squareRoot()
                } else {
                    factor[row * n + column] = sum / factor[column * n + column]
                }
            }
        }
        var x = right
        for row in 0..<n {
            for k in 0..<row { x[row] -= factor[row * n + k] * x[k] }
            x[row] /= factor[row * n + row]
        }
        for row in stride(from: n - 1, through: 0, by: -1) {
            for k in row + 1..<n { x[row] -= factor[k * n + row] * x[k] }
            x[row] /= factor[row * n + row]
        }
        return x
    }

    /// Solves the whole system.
    func solve(_ right: [Double]) -> [Double]? { solve(right, part: Array(0..<size)) }
}
