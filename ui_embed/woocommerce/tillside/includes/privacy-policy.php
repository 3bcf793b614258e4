<?php
/**
 * Text that WordPress suggests for the store's privacy policy.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Suggests it.
 *
 * @return void
 */
function tillside_suggest_privacy_policy() {
	$paragraphs = array(
		__( 'We use Tillside to see your orders beside your messages when we help you. Tillside processes for us your name, addresses, e-mail address, phone number, orders, refunds and the notes that we make on them.', 'tillside' ),
		__( 'Tillside keeps this data while our store is connected to it. When you ask us to export or erase your personal data, it is exported or erased there too.', 'tillside' ),
	);
	wp_add_privacy_policy_content( 'Tillside', '<p>' . implode( '</p><p>', array_map( 'esc_html', $paragraphs ) ) . '</p>' );
}
