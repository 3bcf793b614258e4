<?php
/**
 * The panel on the order screen, wherever orders are stored.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Adds the box to the order screens: that of posts, and WooCommerce's own.
 *
 * @return void
 */
function tillside_add_order_box() {
	if ( ! tillside_may_see_orders() || null === tillside_installation() ) {
		return;
	}
	$screens = array( 'shop_order' );
	if ( function_exists( 'wc_get_page_screen_id' ) ) {
		$screens[] = wc_get_page_screen_id( 'shop-order' );
	}
	foreach ( array_unique( $screens ) as $screen ) {
		add_meta_box( 'tillside', __( 'Tillside', 'tillside' ), 'tillside_print_order_box', $screen, 'side', 'high' );
	}
}

/**
 * Prints the box.
 *
 * @param WP_Post|WC_Order $shown A post where orders are posts, else the order.
 * @return void
 */
function tillside_print_order_box( $shown ) {
	$order = $shown instanceof WP_Post ? wc_get_order( $shown->ID ) : $shown;
	if ( ! $order || ! $order->get_id() || 'auto-draft' === $order->get_status() ) {
		echo '<p>' . esc_html__( 'Save the order first: then its customer is shown here.', 'tillside' ) . '</p>';
		return;
	}
	tillside_print_panel( array( 'order' => (string) $order->get_id() ) );
}
