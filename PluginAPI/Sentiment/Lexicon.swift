/// Words and what they say of a price, from -1 to 1. Our own work: chosen by hand from what
/// headlines of markets say, after no other list.
///
/// 1 is said of what moves a price at once (collapse, soars), 0.6 of clear news, 0.3 of a mild one.
enum Lexicon {
    static let scores: [String: Double] = {
        var scores: [String: Double] = [:]
        for (score, words) in english {
            for word in words.split(separator: " ") { scores[String(word)] = score }
        }
        return scores
    }()

    private static let english: [(Double, String)] = [
        (1, "soar skyrocket surge moon breakthrough boom"),
        (
            0.6,
            "rally rise jump gain climb rebound recover beat upgrade outperform bullish profit "
                + "growth grow record approve approval adopt adoption expand win partnership "
                + "inflow upside uptrend breakout accumulate exceed boost strong strength bull "
                + "dividend buyback backing launch success successful optimism optimistic "
                + "overweight raise high higher advance outflank stimulus rescue settle "
                + "settlement cleared acquit legalize unlock halving"
        ),
        (
            0.3,
            "up improve improvement support positive steady stable opportunity invest investment "
                + "upbeat confident confidence demand hire good better best progress "
                + "integrate listing listed safe ease relief resilient momentum"
        ),
        (
            -1,
            "crash collapse plunge plummet bankrupt bankruptcy insolvent insolvency fraud hack "
                + "hacked hacker exploit exploited stolen theft scam ponzi default liquidation "
                + "liquidated halted meltdown wipeout rug"
        ),
        (
            -0.6,
            "fall drop slump tumble slide sink decline lose loss miss downgrade underperform "
                + "bearish lawsuit sue sued ban banned crackdown fine fined penalty probe "
                + "investigation investigate charge charged indict arrest reject rejection delay "
                + "outflow downside downtrend breakdown selloff dump bear recession layoff cut "
                + "warn warning weak weakness shortfall delist delisting breach outage suspend "
                + "suspended freeze frozen fear panic capitulation subpoena sanction underweight "
                + "lower low resign bubble overvalued"
        ),
        (
            -0.3,
            "down risk risky concern worry uncertain uncertainty volatile pressure negative "
                + "caution cautious doubt slow slowdown slower dispute struggle bad worse worst "
                + "headwind inflation debt stagnant stall withdraw retreat"
        ),
    ]

    /// Simplified and traditional, the longer ones first where one begins another.
    static let chinese: [(word: [UInt8], score: Double)] = [
        (
            1,
            "暴涨 暴漲 飙升 飆升 大涨 大漲 创新高 創新高"
        ),
        (
            0.6,
            "上涨 上漲 利好 看涨 看漲 反弹 反彈 突破 牛市 盈利 增长 增長 批准 获批 獲批 增持 流入"
        ),
        (
            -1,
            "暴跌 崩盘 崩盤 破产 破產 被盗 被盜 黑客攻击 駭客攻擊 诈骗 詐騙 欺诈 欺詐 爆仓 爆倉 跳水"
        ),
        (
            -0.6,
            "下跌 大跌 利空 看跌 熊市 亏损 虧損 处罚 處罰 起诉 起訴 禁止 减持 減持 流出 暂停 暫停 恐慌"
        ),
    ].flatMap { score, words in
        words.split(separator: " ").map { (word: Array($0.utf8), score: score) }
    }.sorted { $0.word.count > $1.word.count }

    /// Turn what follows within three words into a weaker opposite.
    static let negations: Set<String> = [
        "not", "no", "never", "without", "cannot", "neither", "nor", "hardly", "denies", "denied",
        "deny", "avoid", "avoids", "avoided", "fails", "failed", "fail", "unlikely", "isn't",
        "wasn't", "aren't", "weren't", "don't", "doesn't", "didn't", "won't", "can't", "couldn't",
        "hasn't", "haven't", "hadn't", "wouldn't", "shouldn't",
    ]
    /// The same before a Chinese word.
    static let chineseNegations = ["没有", "沒有", "不会", "不會", "不", "未", "非"].map {
        Array($0.utf8)
    }

    /// Make the next word say more or less.
    static let intensifiers: [String: Double] = [
        "very": 1.5, "sharply": 1.5, "massive": 1.5, "massively": 1.5, "huge": 1.5, "major": 1.3,
        "strongly": 1.5, "extremely": 1.7, "significantly": 1.4, "record": 1.3, "biggest": 1.4,
        "slightly": 0.5, "somewhat": 0.6, "modest": 0.6, "modestly": 0.6, "minor": 0.5,
        "marginally": 0.5, "little": 0.6, "partly": 0.7, "possible": 0.7, "may": 0.7,
        "might": 0.6, "could": 0.7,
    ]
}
