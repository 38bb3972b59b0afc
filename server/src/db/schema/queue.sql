-- The queue in one look: the best open tiles of all cases with what the page needs of them, and what was drawn for whom.

CREATE INDEX tiles_open_by_score ON tiles (open_score DESC, tile_id, case_id, bscan_index, prediction_id) WHERE open_score IS NOT NULL;
CREATE INDEX leases_random ON leases (user_id, until_us) WHERE slot = 'random';
CREATE INDEX cases_restricted ON cases (case_id) WHERE restricted = 1;
