/// Turns logits into probabilities that hold: sigmoid(slope x logit + intercept).
///
/// - Source: Platt, 1999, with the targets of his section 2.2, by Newton's steps as in Lin, Lin and
///   Weng, 2007.
public struct Calibration: Hashable, Sendable {
    /// 1 leaves logits as they are.
    public let slope: Double
    /// 0 leaves logits as they are.
    public let intercept: Double

    /// Leaves logits as they are.
    public static let none = Calibration(slope: 1, intercept: 0)

    private init(slope: Double, intercept: Double) {
        self.slope = slope
        self.intercept = intercept
    }

    /// Fits logits to what came true of them.
    ///
    /// - Parameters:
    ///   - logits: Of rows that were not learned from; one or more.
    ///   - targets: 0 or 1, as many.
    public init(logits: [Double], targets: [Double]) {
        precondition(!logits.isEmpty && logits.count == targets.count, "a target for each logit")
        let up = targets.reduce(0, +), down = Double(targets.count) - up
        let high = (up + 1) / (up + 2), low = 1 / (down + 2)
        let wanted = targets.map { $0 > 0.5 ? high : low }
        var slope = 0.0, intercept = Elementary.log((up + 1) / (down + 1))
        for _ in 0..<50 {
            let step = Self.step(logits, wanted, slope, intercept)
            var size = 1.0
            let before = Self.loss(logits, wanted, slope, intercept)
            while size > 1e-6,
                Self.loss(
                    logits, wanted, slope - size * step.slope, intercept - size * step.intercept)
                    > before
            { size /= 2 }
            slope -= size * step.slope
            intercept -= size * step.intercept
            if abs(step.slope) + abs(step.intercept) < 1e-10 { break }
        }
        self.init(slope: slope, intercept: intercept)
    }

    private static func loss(
        _ logits: [Double], _ wanted: [Double], _ slope: Double, _ intercept: Double
    ) -> Double {
        var sum = 0.0
        for (logit, target) in zip(logits, wanted) {
            let value = slope * logit + intercept
            sum += Elementary.softplus(value) - target * value
        }
        return sum
    }

    /// Newton's step: the gradient times the inverse of the matrix of second derivatives.
    private static func step(
        _ logits: [Double], _ wanted: [Double], _ slope: Double, _ intercept: Double
    ) -> (slope: Double, intercept: Double) {
        var a = 0.0, b = 0.0, aa = 1e-9, ab = 0.0, bb = 1e-9
        for (logit, target) in zip(logits, wanted) {
            let p = Elementary.sigmoid(slope * logit + intercept), w = p * (1 - p)
            a += (p - target) * logit
            b += p - target
            aa += w * logit * logit
            ab += w * logit
            bb += w
        }
        let determinant = aa * bb - ab * ab
        guard determinant > 0 else { return (0, b / bb) }
        return ((bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant)
    }
}
