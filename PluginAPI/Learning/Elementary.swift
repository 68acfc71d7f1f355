/// Elementary functions made of additions, multiplications and divisions alone, so that they give
/// the same bits on every processor and with every C library.
public enum Elementary {
    private static let ln2High = 6.93147180369123816490e-01
    private static let ln2Low = 1.90821492927058770002e-10

    /// e to the power of `x`, within one unit in the last place; 0 below -708.
    ///
    /// - Source: Sun Microsystems, fdlibm, e_exp.c.
    public static func exp(_ x: Double) -> Double {
        guard x > -708 else { return x.isNaN ? x : 0 }
        guard x < 709.7 else { return .infinity }
        // Adding and taking away 1.5 * 2^52 rounds to a whole number.
        let whole = (x * 1.44269504088896338700 + 6_755_399_441_055_744) - 6_755_399_441_055_744
        let high = x - whole * ln2High, low = whole * ln2Low
        let rest = high - low, square = rest * rest
        let c = rest - square * series(square)
        let y = 1 - ((low - rest * c / (2 - c)) - high)
        // In two steps: 2^1024 itself is no number.
        let exponent = Int(whole), half = exponent >> 1
        return y * power(half) * power(exponent - half)
    }

    private static func series(_ t: Double) -> Double {
        1.66666666666666019037e-01
            + t
            * (-2.77777777770155933842e-03
                + t
                * (6.61375632143793436117e-05
                    + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)))
    }

    /// 2 to a power of -1022...1023.
    private static func power(_ exponent: Int) -> Double {
        Double(bitPattern: UInt64(exponent + 1023) << 52)
    }

    /// The natural logarithm of `x`, within one unit in the last place; NaN below 0.
    ///
    /// - Source: Sun Microsystems, fdlibm, e_log.c.
    public static func log(_ x: Double) -> Double {
        guard x > 0, x.isFinite else { return x == 0 ? -.infinity : (x > 0 ? x : .nan) }
        guard x.isNormal else { return log(x * 0x1p54) - 54 * ln2High - 54 * ln2Low }
        var exponent = Int(x.bitPattern >> 52) - 1023
        var part = Double(bitPattern: x.bitPattern & 0xF_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
        if part > 1.41421356237309514547 {
            part *= 0.5
            exponent += 1
        }
        let f = part - 1, s = f / (2 + f), z = s * s, w = z * z, half = 0.5 * f * f
        let even =
            w
            * (3.999999999940941908e-01
                + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
        let odd =
            z
            * (6.666666666666735130e-01
                + w
                * (2.857142874366239149e-01
                    + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
        let k = Double(exponent)
        return k * ln2High - ((half - (s * (half + even + odd) + k * ln2Low)) - f)
    }

    /// The hyperbolic tangent, to 2e-16 of 1.
    public static func tanh(_ x: Double) -> Double {
        let size = x.magnitude
        guard size < 20 else { return x.isNaN ? x : (x > 0 ? 1 : -1) }
        let value = 1 - 2 / (exp(2 * size) + 1)
        return x < 0 ? -value : value
    }

    /// 1 / (1 + e^-x), 0...1.
    public static func sigmoid(_ x: Double) -> Double {
        let e = exp(-x.magnitude)
        return x < 0 ? e / (1 + e) : 1 / (1 + e)
    }

    /// ln(1 + e^x), which never overflows.
    public static func softplus(_ x: Double) -> Double {
        max(x, 0) + log(1 + exp(-x.magnitude))
    }
}
