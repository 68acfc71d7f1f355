#include "macd_trend.hpp"

RIALTO_PLUGIN("org.rialto.macd-trend", "1.0.0", rialto::Strategy<MacdTrend>);
