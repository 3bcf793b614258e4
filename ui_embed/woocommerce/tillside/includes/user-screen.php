<?php
/**
 * The panel on the screen of a user who is a customer.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Prints the section.
 *
 * @param WP_User $user The user who is edited.
 * @return void
 */
function tillside_show_on_user_screen( WP_User $user ) {
	if ( null === tillside_installation() || ! tillside_is_customer( $user ) || ! tillside_may_see_user( $user->ID ) ) {
		return;
	}
	echo '<h2>' . esc_html__( 'Tillside', 'tillside' ) . '</h2>';
	tillside_print_panel( array( 'customer' => (string) $user->ID ) );
}

/**
 * Whether the service keeps this user as a customer.
 *
 * @param WP_User $user Any user.
 * @return bool
 */
function tillside_is_customer( WP_User $user ) {
	if ( array_intersect( array( 'customer', 'subscriber' ), $user->roles ) ) {
		return true;
	}
	return (bool) get_user_meta( $user->ID, 'paying_customer', true );
}
