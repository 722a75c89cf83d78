// Copies of numbers from domain/limits.py, which a test compares. A charger's own may be stricter
// by its configuration or a calibration: its status tells them, and they replace these.
export const LIMITS = {
  temp_trip_c: 85,
  temp_reset_c: 60,
  voltage_touch_max_v: 60,
  cleaning_matings: 500,
};
export const STALE_MS = 3000;
