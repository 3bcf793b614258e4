<?php
/**
 * The page Tillside in WooCommerce's menu.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Adds the page.
 *
 * @return void
 */
function tillside_add_menu_page() {
	$title = __( 'Tillside', 'tillside' );
	add_submenu_page( 'woocommerce', $title, $title, 'edit_shop_orders', 'tillside', 'tillside_print_page' );
}

/**
 * The page's address.
 *
 * @return string
 */
function tillside_page_url() {
	return admin_url( 'admin.php?page=tillside' );
}

/**
 * Prints the page as it is now.
 *
 * @return void
 */
function tillside_print_page() {
	echo '<div class="wrap"><h1>' . esc_html__( 'Tillside', 'tillside' ) . '</h1>';
	tillside_print_told();
	if ( null !== tillside_installation() ) {
		tillside_print_panel();
		if ( current_user_can( 'manage_woocommerce' ) ) {
			tillside_print_connection_forms();
			tillside_print_chat_form();
		}
	} elseif ( current_user_can( 'manage_woocommerce' ) ) {
		tillside_print_connect_form();
	} else {
		echo '<p>' . esc_html__( 'This store is not connected to Tillside. Somebody who manages the store can connect it here.', 'tillside' ) . '</p>';
	}
	echo '</div>';
}

/**
 * Prints how disconnecting went.
 *
 * @return void
 */
function tillside_print_told() {
	$texts = array(
		'disconnected'         => __( 'This store is disconnected. Tillside no longer reads it.', 'tillside' ),
		'tillside_unreachable' => __( 'Tillside could not be reached, so this store is still connected. Please try again later.', 'tillside' ),
		'chat_saved'           => __( 'The chat of your storefront is as you chose.', 'tillside' ),
		'tillside_chat_code'   => __( 'That isn’t the code of a chat, so nothing was changed. Copy it from Tillside.', 'tillside' ),
		'tillside_refused'     => __( 'Tillside did not confirm, so this store is still connected. Please try again later.', 'tillside' ),
	);
	// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- It only chooses one of these texts.
	$told = isset( $_GET['tillside_told'] ) ? sanitize_key( wp_unslash( $_GET['tillside_told'] ) ) : '';
	if ( isset( $texts[ $told ] ) ) {
		$kind = in_array( $told, array( 'disconnected', 'chat_saved' ), true ) ? 'notice-success' : 'notice-error';
		echo '<div class="notice ' . esc_attr( $kind ) . '"><p>' . esc_html( $texts[ $told ] ) . '</p></div>';
	}
}

/**
 * Adds a link to the page to the plugin's line in the list of plugins.
 *
 * @param array<string,string> $links Those of WordPress.
 * @return array<string,string>
 */
function tillside_add_page_link( array $links ) {
	if ( ! tillside_may_see_orders() ) {
		return $links;
	}
	$label = null === tillside_installation() ? __( 'Connect', 'tillside' ) : __( 'Open', 'tillside' );
	$link  = '<a href="' . esc_url( tillside_page_url() ) . '">' . esc_html( $label ) . '</a>';
	return array( 'tillside' => $link ) + $links;
}
