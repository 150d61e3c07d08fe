// The functions of the test suites: each has a runner, or a reason why none of its cases is for keyslot.
import { copyFail, copySuccess } from './copies.ts';
import type { Draft } from './draft.ts';
import { generateKey } from './generation.ts';
import {
  aeadKeyPolicy,
  asymmetricSignatureKeyPolicy,
  checkKeyPolicy,
  cipherKeyPolicy,
  importWithPolicy,
  macKeyPolicy,
} from './policies.ts';
import type { Skip } from './reasons.ts';
import { fillKeyStore, keySlotEviction, keySlotStarvation, manyTransientKeys } from './shortage.ts';
import {
  copyAcrossLifetimes,
  copyToOccupied,
  createExistent,
  createFail,
  persistentSlotLifecycle,
  transientSlotLifecycle,
} from './slots.ts';
import {
  attributesSetGet,
  destroyNonexistent,
  importExportPersistentKey,
  importLargeKey,
  parseStorageDataCheck,
  persistentKeyDestroy,
  persistentKeyImport,
  saveLargePersistentKey,
} from './stored.ts';
import {
  importAndExerciseKey,
  importExport,
  importExportPublicKey,
  importRsaMadeUp,
  importWithData,
} from './transport.ts';

export type Runner = (draft: Draft) => void;

export const RUNNERS: Readonly<Record<string, Runner>> = {
  transient_slot_lifecycle: transientSlotLifecycle,
  persistent_slot_lifecycle: persistentSlotLifecycle,
  create_existent: createExistent,
  create_fail: createFail,
  copy_across_lifetimes: copyAcrossLifetimes,
  copy_to_occupied: copyToOccupied,
  many_transient_keys: manyTransientKeys,
  fill_key_store: fillKeyStore,
  key_slot_eviction_to_import_new_key: keySlotEviction,
  non_reusable_key_slots_integrity_in_case_of_key_slot_starvation: keySlotStarvation,

  parse_storage_data_check: parseStorageDataCheck,
  save_large_persistent_key: saveLargePersistentKey,
  persistent_key_destroy: persistentKeyDestroy,
  persistent_key_import: persistentKeyImport,
  import_export_persistent_key: importExportPersistentKey,
  destroy_nonexistent: destroyNonexistent,
  attributes_set_get: attributesSetGet,

  import_with_policy: importWithPolicy,
  import_with_data: importWithData,
  import_large_key: importLargeKey,
  import_rsa_made_up: importRsaMadeUp,
  import_export: importExport,
  import_export_public_key: importExportPublicKey,
  import_and_exercise_key: importAndExerciseKey,
  generate_key: generateKey,
  check_key_policy: checkKeyPolicy,
  mac_key_policy: macKeyPolicy,
  cipher_key_policy: cipherKeyPolicy,
  aead_key_policy: aeadKeyPolicy,
  asymmetric_signature_key_policy: asymmetricSignatureKeyPolicy,
  copy_success: copySuccess,
  copy_fail: copyFail,
};

const WITHOUT_RUNNER: Readonly<Partial<Record<Skip, readonly string[]>>> = {
  format: ['format_storage_data_check'],
  structure: [
    'persistence_attributes',
    'key_attributes_init',
    'key_derivation_init',
    'hash_operation_init',
    'mac_operation_init',
    'cipher_operation_init',
    'generate_key_iop_init',
    'export_public_key_iop_init',
    'key_agreement_iop_init',
    'static_checks',
  ],
  interruptible: ['iop_export_public_key'],
  twoAlgorithms: ['key_policy_alg2'],
  encryption: ['asymmetric_encryption_key_policy'],
  derivation: [
    'derive_key_policy',
    'agreement_key_policy',
    'raw_agreement_key_policy',
    'derive_key_export',
    'derive_key_type',
    'derive_key_custom',
    'derive_key_exercise',
    'derive_key',
  ],
  rsaSize: ['generate_key_custom'],
  scope: [
    'parse_binary_string_test',
    ...['ecc_conversion_functions', 'ecc_conversion_functions_fail'],
    'generate_random',
    'signature_size',
    ...['hash_setup', 'hash_compute_fail', 'hash_compare_fail', 'hash_compute_compare', 'hash_bad_order'],
    ...['hash_verify_bad_args', 'hash_finish_bad_args', 'hash_clone_source_state', 'hash_clone_target_state'],
    ...['mac_setup', 'mac_bad_order', 'mac_sign', 'mac_sign_verify_multi', 'mac_verify'],
    ...['cipher_setup', 'cipher_bad_order', 'cipher_bad_key', 'cipher_encrypt_fail', 'cipher_decrypt_fail'],
    ...['cipher_encrypt_validate_iv_length', 'cipher_alg_without_iv', 'cipher_encrypt_validation'],
    ...['cipher_encrypt_multipart', 'cipher_decrypt_multipart', 'cipher_decrypt', 'cipher_verify_output'],
    'cipher_verify_output_multipart',
    ...['aead_encrypt_decrypt', 'aead_encrypt', 'aead_decrypt', 'aead_multipart_encrypt'],
    ...['aead_multipart_decrypt', 'aead_multipart_generate_nonce', 'aead_multipart_set_nonce'],
    ...['aead_multipart_update_buffer_test', 'aead_multipart_finish_buffer_test', 'aead_multipart_verify'],
    ...['aead_multipart_setup', 'aead_multipart_state_test'],
    ...['sign_hash_deterministic', 'sign_hash_fail', 'sign_verify_hash', 'verify_hash', 'verify_hash_fail'],
    ...['sign_hash_interruptible', 'sign_hash_fail_interruptible', 'sign_verify_hash_interruptible'],
    ...['verify_hash_interruptible', 'verify_hash_fail_interruptible'],
    ...['interruptible_signverify_hash_state_test', 'interruptible_signverify_hash_edgecase_tests'],
    'interruptible_signverify_hash_ops_tests',
    ...['sign_message_deterministic', 'sign_message_fail', 'sign_verify_message', 'verify_message'],
    'verify_message_fail',
    ...['asymmetric_encrypt', 'asymmetric_encrypt_decrypt', 'asymmetric_decrypt', 'asymmetric_decrypt_fail'],
    ...['derive_setup', 'derive_set_capacity', 'derive_input', 'derive_input_invalid_cost'],
    ...['derive_over_capacity', 'derive_actions_without_setup', 'derive_output', 'derive_full'],
    'derive_ecjpake_to_pms',
    ...['key_agreement', 'key_agreement_setup', 'key_agreement_capacity', 'key_agreement_output'],
    'key_agreement_interruptible',
  ],
};

/** Why no case of a function is for keyslot. */
export const SKIPPED_FUNCTIONS: ReadonlyMap<string, Skip> = new Map(
  (Object.keys(WITHOUT_RUNNER) as Skip[]).flatMap((reason) =>
    (WITHOUT_RUNNER[reason] ?? []).map((name) => [name, reason] as const),
  ),
);
