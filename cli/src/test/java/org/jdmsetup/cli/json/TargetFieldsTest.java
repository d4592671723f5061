package org.jdmsetup.cli.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Status and table texts as kernels print them, and what is read in them. */
class TargetFieldsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "linear   |                       | {}",
        "striped  | 2 8:16 8:32 1 AD      | {\"stripes\": [{\"device\": \"8:16\", \"state\": \"alive\"}, {\"device\": \"8:32\", \"state\": \"dead\"}]}",
        "switch   |                       | {}",
        "dust     | 8:16 bypass verbose   | {\"device\": \"8:16\", \"mode\": \"bypass\", \"verbosity\": \"verbose\"}",
        "delay    | 1 2 0                 | {\"reads\": 1, \"writes\": 2, \"flushes\": 0}",
        "log-writes | 3 40                | {\"entries\": 3, \"last_sector\": 40, \"logging\": true}",
        "log-writes | 3 40 logging_disabled | {\"entries\": 3, \"last_sector\": 40, \"logging\": false}",
        "ebs      |                       | {}",
        "snapshot | 32/20480 16           | {\"state\": \"valid\", \"allocated\": 32, \"total\": 20480, \"metadata\": 16}",
        "snapshot | Invalid               | {\"state\": \"invalid\"}",
        "snapshot | Merge failed          | {\"state\": \"merge_failed\"}",
        "mirror   | 2 8:16 8:32 200/200 1 AA 1 core | {\"regions_in_sync\": 200, \"regions\": 200, \"legs\": [{\"device\": \"8:16\", \"state\": \"alive\"}, {\"device\": \"8:32\", \"state\": \"alive\"}], \"log\": {\"type\": \"core\"}}",
        "mirror   | 1 8:16 17/200 1 F 3 disk 8:48 A | {\"regions_in_sync\": 17, \"regions\": 200, \"legs\": [{\"device\": \"8:16\", \"state\": \"flush_failed\"}], \"log\": {\"type\": \"disk\", \"device\": \"8:48\", \"state\": \"alive\"}}",
        "thin     | 0 -                   | {\"state\": \"ok\", \"mapped\": 0, \"highest_mapped\": null}",
        "thin     | Fail                  | {\"state\": \"fail\"}",
        "verity   | V                     | {\"state\": \"verified\"}",
        "verity   | C                     | {\"state\": \"corrupted\"}",
        "thin-pool | 0 11/1024 0/1600 - rw discard_passdown queue_if_no_space - 256 | {\"state\": \"ok\", \"transaction_id\": 0, \"metadata_used_blocks\": 11, \"metadata_total_blocks\": 1024, \"data_used_blocks\": 0, \"data_total_blocks\": 1600, \"held_metadata_root\": null, \"mode\": \"rw\", \"discard\": \"discard_passdown\", \"when_full\": \"queue_if_no_space\", \"needs_check\": false, \"metadata_low_water_blocks\": 256}",
        "cache    | 8 27/1024 512 7/40 1 2 3 4 5 6 9 1 writethrough 2 migration_threshold 2048 smq 0 rw - | {\"state\": \"ok\", \"metadata_block\": 8, \"metadata_used_blocks\": 27, \"metadata_total_blocks\": 1024, \"block\": 512, \"used_blocks\": 7, \"total_blocks\": 40, \"read_hits\": 1, \"read_misses\": 2, \"write_hits\": 3, \"write_misses\": 4, \"demotions\": 5, \"promotions\": 6, \"dirty_blocks\": 9, \"features\": [\"writethrough\"], \"settings\": {\"migration_threshold\": 2048}, \"policy\": \"smq\", \"policy_settings\": {}, \"mode\": \"rw\", \"needs_check\": false}",
        "raid     | raid5_ls 3 AAa 10/20 resync 0 0 - | {\"level\": \"raid5_ls\", \"devices\": 3, \"health\": \"AAa\", \"synced\": 10, \"total\": 20, \"action\": \"resync\", \"mismatches\": 0, \"data_offset\": 0, \"journal\": \"-\"}",
        "clone    | 8 6/5120 8 7/2048 1 1 no_hydration 4 hydration_threshold 4 hydration_batch_size 1 rw | {\"state\": \"ok\", \"metadata_block\": 8, \"metadata_used_blocks\": 6, \"metadata_total_blocks\": 5120, \"region\": 8, \"hydrated_regions\": 7, \"total_regions\": 2048, \"hydrating_regions\": 1, \"features\": [\"no_hydration\"], \"settings\": {\"hydration_threshold\": 4, \"hydration_batch_size\": 1}, \"mode\": \"rw\"}",
        "clone    | Fail                  | {\"state\": \"fail\"}",
        "era      | 8 9/5120 1 -          | {\"state\": \"ok\", \"metadata_block\": 8, \"metadata_used_blocks\": 9, \"metadata_total_blocks\": 5120, \"era\": 1, \"held_metadata_root\": null}",
        "era      | 8 12/5120 2 20        | {\"state\": \"ok\", \"metadata_block\": 8, \"metadata_used_blocks\": 12, \"metadata_total_blocks\": 5120, \"era\": 2, \"held_metadata_root\": 20}",
        "era      | Error                 | {\"state\": \"error\"}",
        "integrity | 0 40264 -            | {\"mismatches\": 0, \"data_sectors\": 40264, \"recalculated\": null}",
        "integrity | 3 40264 1024         | {\"mismatches\": 3, \"data_sectors\": 40264, \"recalculated\": 1024}",
        "writecache | 0 5100 5091 0 9 8 7 6 5 4 3 2 1 10 | {\"error\": 0, \"total_blocks\": 5100, \"free_blocks\": 5091, \"writeback_blocks\": 0, \"reads\": 9, \"read_hits\": 8, \"writes\": 7, \"write_hits_uncommitted\": 6, \"write_hits_committed\": 5, \"writes_around\": 4, \"writes_allocated\": 3, \"writes_blocked\": 2, \"flushes\": 1, \"discards\": 10}",
        "writecache | -5 5100 5100 0      | {\"error\": -5, \"total_blocks\": 5100, \"free_blocks\": 5100, \"writeback_blocks\": 0}",
      })
  void statuses(String type, String status, String json) {
    assertEquals(json, JsonText.of(TargetFields.status(type, status == null ? "" : status)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "linear  | 8:16 2048              | {\"device\": \"8:16\", \"start\": 2048}",
        "striped | 2 128 8:16 0 8:32 9    | {\"chunk\": 128, \"stripes\": [{\"device\": \"8:16\", \"start\": 0}, {\"device\": \"8:32\", \"start\": 9}]}",
        "unstriped | 2 128 1 8:16 0       | {\"count\": 2, \"chunk\": 128, \"stripe\": 1, \"device\": \"8:16\", \"start\": 0}",
        "switch  | 2 128 0 8:16 0 8:32 9  | {\"region\": 128, \"paths\": [{\"device\": \"8:16\", \"start\": 0}, {\"device\": \"8:32\", \"start\": 9}]}",
        "flakey  | 8:16 0 60 5 1 drop_writes | {\"device\": \"8:16\", \"start\": 0, \"up\": 60, \"down\": 5, \"features\": [\"drop_writes\"]}",
        "flakey  | 8:16 0 60 5 0          | {\"device\": \"8:16\", \"start\": 0, \"up\": 60, \"down\": 5, \"features\": []}",
        "dust    | 8:16 0 4096            | {\"device\": \"8:16\", \"start\": 0, \"block_bytes\": 4096}",
        "delay   | 8:16 0 500            | {\"read\": {\"device\": \"8:16\", \"start\": 0, \"millis\": 500}, \"write\": null, \"flush\": null}",
        "delay   | 8:16 0 0 8:32 9 50     | {\"read\": {\"device\": \"8:16\", \"start\": 0, \"millis\": 0}, \"write\": {\"device\": \"8:32\", \"start\": 9, \"millis\": 50}, \"flush\": null}",
        "ebs     | 8:16 0 2               | {\"device\": \"8:16\", \"start\": 0, \"emulated_sectors\": 2, \"underlying_sectors\": null}",
        "log-writes | 8:16 8:32           | {\"device\": \"8:16\", \"log_device\": \"8:32\"}",
        "mirror  | disk 3 8:48 1024 nosync 2 8:16 0 8:32 9 1 handle_errors | {\"log\": {\"type\": \"disk\", \"arguments\": [\"8:48\", \"1024\", \"nosync\"]}, \"legs\": [{\"device\": \"8:16\", \"start\": 0}, {\"device\": \"8:32\", \"start\": 9}], \"features\": [\"handle_errors\"]}",
        "snapshot | 253:0 253:1 P 16      | {\"origin\": \"253:0\", \"cow\": \"253:1\", \"store\": \"P\", \"chunk\": 16, \"features\": []}",
        "thin    | 253:4 0                | {\"pool\": \"253:4\", \"device_id\": 0, \"external_origin\": null}",
        "crypt   | aes-xts-plain64 :64:logon:vol1 0 8:16 4096 2 sector_size:4096 iv_large_sectors | {\"cipher\": \"aes-xts-plain64\", \"key\": \":64:logon:vol1\", \"iv_offset\": 0, \"device\": \"8:16\", \"start\": 4096, \"options\": [\"sector_size:4096\", \"iv_large_sectors\"]}",
        "cache   | 8:16 8:32 8:48 512 1 writethrough smq 0 | {\"metadata_device\": \"8:16\", \"cache_device\": \"8:32\", \"origin\": \"8:48\", \"block\": 512, \"features\": [\"writethrough\"], \"policy\": \"smq\", \"policy_settings\": {}}",
        "thin-pool | 8:16 8:32 128 1024 1 skip_block_zeroing | {\"metadata_device\": \"8:16\", \"data_device\": \"8:32\", \"block\": 128, \"low_water_blocks\": 1024, \"features\": [\"skip_block_zeroing\"]}",
        "clone   | 7:1 7:2 7:3 16         | {\"metadata_device\": \"7:1\", \"destination\": \"7:2\", \"source\": \"7:3\", \"region\": 16, \"features\": [], \"settings\": {}}",
        "clone   | 7:1 7:2 7:3 16 1 no_hydration 2 hydration_batch_size 8 | {\"metadata_device\": \"7:1\", \"destination\": \"7:2\", \"source\": \"7:3\", \"region\": 16, \"features\": [\"no_hydration\"], \"settings\": {\"hydration_batch_size\": 8}}",
        "era     | 7:1 7:2 64             | {\"metadata_device\": \"7:1\", \"data_device\": \"7:2\", \"block\": 64}",
        "integrity | 7:1 0 4 J 2 commit_time:10000 internal_hash:crc32c | {\"device\": \"7:1\", \"start\": 0, \"tag_bytes\": 4, \"mode\": \"J\", \"options\": [\"commit_time:10000\", \"internal_hash:crc32c\"]}",
        "integrity | 7:1 0 - D 0          | {\"device\": \"7:1\", \"start\": 0, \"tag_bytes\": null, \"mode\": \"D\", \"options\": []}",
        "writecache | s 7:2 7:1 4096 4 high_watermark 60 low_watermark 40 | {\"persistent_memory\": false, \"origin\": \"7:2\", \"cache_device\": \"7:1\", \"block_bytes\": 4096, \"options\": [\"high_watermark\", \"60\", \"low_watermark\", \"40\"]}",
      })
  void tables(String type, String params, String json) {
    assertEquals(json, JsonText.of(TargetFields.table(type, params)));
  }

  @Test
  void whatIsNotUnderstoodHasNoFields() {
    assertNull(TargetFields.status("nosuch", "0 0 0"));
    assertNull(TargetFields.status("striped", "2 8:16"));
    assertNull(TargetFields.status("striped", "99999999999 8:16 1 A"));
    assertNull(TargetFields.status("striped", "1 8:16 1 A and more"));
    assertNull(TargetFields.status("snapshot", "half/20480 32"));
    assertNull(TargetFields.status("snapshot", ""));
    assertNull(TargetFields.table("linear", "8:16"));
    assertNull(TargetFields.table("striped", "-1 8 8:16 0"));
  }

  @Test
  void stringsAreUtf8AndTheOthersAreGivenInHexadecimalToo() {
    assertEquals("\"\u00c3\u00a9 \\\"\\\\\\u000a\"", JsonText.of("\u00c3\u00a9 \"\\\n"));
    assertEquals(
        "{\"name\": \"a\u00ef\u00bf\u00bd\", \"name_hex\": \"61ff\"}",
        JsonText.of(Map.of("name", "a\u00ff")));
    assertEquals(
        "[[], {}, null, true, 7]",
        JsonText.of(java.util.Arrays.asList(List.of(), Map.of(), null, true, 7)));
  }
}
