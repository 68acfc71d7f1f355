/// Gradient descent whose steps follow the running mean and size of each gradient.
///
/// - Source: Kingma and Ba, arXiv 1412.6980; weight decay as in Loshchilov and Hutter, 1711.05101.
public struct Adam: Sendable {
    /// Size of a step, above 0.
    public var rate: Double
    /// Part of each weight, times the rate, that a step takes away; 0 is plain Adam.
    public let decay: Double
    /// Longest gradient over all weights: a longer one is shortened to it. Above 0.
    public let clip: Double
    private let beta1 = 0.9
    private let beta2 = 0.999
    private let epsilon = 1e-8
    private var means: [Double] = []
    private var squares: [Double] = []
    /// beta1 and beta2 to the power of the steps so far.
    private var powers = (first: 1.0, second: 1.0)

    public init(rate: Double, decay: Double = 0, clip: Double = .infinity) {
        precondition(rate > 0 && decay >= 0 && clip > 0)
        self.rate = rate
        self.decay = decay
        self.clip = clip
    }

    /// Changes the weights of a tape by the gradients of its last backward pass.
    ///
    /// - Returns: Length of the gradient before it was shortened.
    /// - Complexity: Allocates at the first step only.
    @discardableResult
    public mutating func step(_ tape: inout Tape) -> Double {
        if means.isEmpty {
            means = [Double](repeating: 0, count: tape.weightCount)
            squares = means
        }
        precondition(means.count == tape.weightCount, "always the same tape")
        powers.first *= beta1
        powers.second *= beta2
        let length = tape.gradientLength, factor = length > clip ? clip / (length + 1e-6) : 1
        var place = 0
        for range in tape.parameterRanges {
            for index in range {
                let gradient = tape.gradients[index] * factor
                means[place] = beta1 * means[place] + (1 - beta1) * gradient
                squares[place] = beta2 * squares[place] + (1 - beta2) * gradient * gradient
                let mean = means[place] / (1 - powers.first)
                let size = (squares[place] / (1 - powers.second)).squareRoot()
                let weight = tape.values[index] * (1 - rate * decay)
                tape.values[index] = weight - rate * mean / (size + epsilon)
                place += 1
            }
        }
        return length
    }
}

extension Tape {
    /// Root of the sum of all weights' squared gradients.
    public var gradientLength: Double {
        var sum = 0.0
        for range in parameterRanges {
            for index in range { sum += gradients[index] * gradients[index] }
        }
        return sum.squareRoot()
    }
}
